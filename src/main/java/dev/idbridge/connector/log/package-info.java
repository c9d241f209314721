/**
 * The connector that writes what it would do, and does nothing.
 *
 * <p>In: plans. Out: one log line each, and success. Knows {@code connector.spi} and {@code model}.
 */
@NullMarked
package dev.idbridge.connector.log;

import org.jspecify.annotations.NullMarked;
