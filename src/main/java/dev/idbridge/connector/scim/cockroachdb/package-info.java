/**
 * CockroachDB Cloud: its SCIM service for users and groups, and its role API beside it, which
 * grants roles on the organization, on folders and on clusters.
 *
 * <p>In: plans. Out: SCIM requests through the generic connector, which does all but grants here;
 * role requests one role at a time, never the call that replaces all roles. Knows {@code
 * connector.scim} as anybody may who has its factory, {@code connector.rest} and {@code spi}.
 */
@NullMarked
package dev.idbridge.connector.scim.cockroachdb;

import org.jspecify.annotations.NullMarked;
