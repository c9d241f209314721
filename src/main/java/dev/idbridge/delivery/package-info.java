/**
 * Brings apps into line: claims due lanes, works out what should be, plans the difference to what
 * we did before, hands it to the connector in slices and books each slice.
 *
 * <p>In: lanes from {@code ledger}, state from {@code directory}. Out: calls to connectors through
 * the routes {@code direct:app-NAME}, bookings to {@code ledger}. May know {@code directory},
 * {@code ledger}, {@code connector.spi}, {@code config}, {@code model} and Camel.
 */
@NullMarked
package dev.idbridge.delivery;

import org.jspecify.annotations.NullMarked;
