/**
 * The HTTP client that connectors are handed, over Camel's HTTP component.
 *
 * <p>In: a request and a deadline. Out: the answer, whatever its status, or why there is none.
 * Knows Camel and {@code connector.spi}; connectors see {@code spi.AppHttp} alone.
 */
@NullMarked
package dev.idbridge.connector.http;

import org.jspecify.annotations.NullMarked;
