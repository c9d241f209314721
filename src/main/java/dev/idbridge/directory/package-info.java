/**
 * The store of record: users, groups, memberships, tokens and directories, and the one write path.
 *
 * <p>In: {@link dev.idbridge.model.ChangeRequest}s. Out: committed versions, answers to queries,
 * and lanes made due in {@code ledger} within the same transaction. May know {@code model}, {@code
 * store} and {@code ledger}; together with {@code ledger} the only package that knows SQL and JPA.
 */
@NullMarked
package dev.idbridge.directory;

import org.jspecify.annotations.NullMarked;
