/**
 * The HTTP edge: what identity providers talk to (RFC 7644).
 *
 * <p>In: HTTP requests on the intake port. Out: {@code ChangeRequest}s for {@code direct:change},
 * questions to the store of record, SCIM answers. Each step is a bean that the route files name;
 * the files hold the order, the beans the decisions. May know {@code normalise}, {@code jwt},
 * {@code model} and the interfaces of {@code directory}; never SQL, apps or connectors.
 */
@NullMarked
package dev.idbridge.scim;

import org.jspecify.annotations.NullMarked;
