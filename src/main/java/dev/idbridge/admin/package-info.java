/**
 * The admin API and what an operator can ask and do: tokens, status, sync log, dead letters, lanes.
 *
 * <p>In: HTTP requests on the management server, or calls of the command line. Out: answers read
 * from {@code directory} and, through {@link dev.idbridge.admin.LedgerReads}, from the ledger. May
 * know {@code directory}, {@code ledger}, {@code model} and Camel; never the intake or a connector.
 */
@NullMarked
package dev.idbridge.admin;

import org.jspecify.annotations.NullMarked;
