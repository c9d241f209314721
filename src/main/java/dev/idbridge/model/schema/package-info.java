/**
 * The one table of SCIM attributes: what each is, how it compares, who may write it, when it is
 * returned (RFC 7643).
 *
 * <p>In: nothing. Out: definitions that drive parsing, typing, PATCH, filters, projection and the
 * published schemas. Knows the JDK and {@code model} only.
 */
@NullMarked
package dev.idbridge.model.schema;

import org.jspecify.annotations.NullMarked;
