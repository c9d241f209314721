/**
 * The generic outbound SCIM 2.0 connector (RFC 7643, RFC 7644), with the options that real apps
 * need.
 *
 * <p>In: plans. Out: SCIM requests through {@code spi.AppHttp}, outcomes back. Knows {@code
 * connector.spi} and {@code model}. A member list is never read, replaced or computed from the
 * app's: members travel as differences.
 */
@NullMarked
package dev.idbridge.connector.scim;

import org.jspecify.annotations.NullMarked;
