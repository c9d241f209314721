/**
 * What a connector author sees: the contract between the delivery engine and the code that knows a
 * kind of app.
 *
 * <p>In: typed plans, a deadline, settings, a ready HTTP client. Out: outcomes, one per item. Knows
 * {@code model} only. {@code ConnectorContract} in the test tree is the other half of this
 * contract: every connector runs it.
 *
 * <p>Connectors do not retry, do not sleep, do not split what the app refused and do not log
 * secrets; the engine does the first three.
 */
@NullMarked
package dev.idbridge.connector.spi;

import org.jspecify.annotations.NullMarked;
