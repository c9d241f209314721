/**
 * JSON over HTTP as connectors for REST APIs speak it: one call, one {@link
 * dev.idbridge.connector.rest.RestAnswer}; bearer tokens that stand in a setting or are fetched by
 * OAuth 2.0 client credentials; lists read page by page.
 *
 * <p>In: a method, a path, a JSON body. Out: what came back, told apart into yes, gone and no.
 * Knows {@code connector.spi} only; connectors may use it, it knows none of them.
 */
@NullMarked
package dev.idbridge.connector.rest;

import org.jspecify.annotations.NullMarked;
