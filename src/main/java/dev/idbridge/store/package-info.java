/**
 * The ground under {@code directory} and {@code ledger}: the database opened, migrated and checked,
 * transactions that retry what a database asks to retry, commits shared by many writers.
 *
 * <p>In: a JDBC URL. Out: connections and an entity manager factory. Knows {@code model} only.
 */
@NullMarked
package dev.idbridge.store;

import org.jspecify.annotations.NullMarked;
