/**
 * JSON Web Tokens (RFC 7519): ID tokens of identity providers are checked, access tokens of our own
 * are made and checked.
 *
 * <p>In: tokens as text, and keys through {@link dev.idbridge.jwt.IdTokens.Fetch} and {@link
 * dev.idbridge.jwt.PublishedKeys}. Out: what a token says once it has proved to be good, or why it
 * is not. Knows {@code model} and the JOSE library; neither HTTP nor the store.
 */
@NullMarked
package dev.idbridge.jwt;

import org.jspecify.annotations.NullMarked;
