/**
 * What is wanted of every app and what was done: lanes, links, app members, grants, intents,
 * sweeps, dead letters, the sync log.
 *
 * <p>In: triggers from {@code directory} (in its transactions) and bookings from {@code delivery}.
 * Out: claimed lanes, rows to deliver, lines to read. May know {@code model}, {@code store} and the
 * value types of {@code connector.spi}; together with {@code directory} the only package that knows
 * SQL and JPA.
 */
@NullMarked
package dev.idbridge.ledger;

import org.jspecify.annotations.NullMarked;
