/**
 * OpenMetadata's own API, which Collate has too: users, teams of the hierarchy Organization,
 * BusinessUnit, Division, Department and Group, roles of users and default roles of teams.
 *
 * <p>In: plans. Out: calls under {@code /api/v1}, outcomes back. Knows {@code connector.spi},
 * {@code connector.rest} and {@code model}. A disabled account is a softly deleted user, which can
 * only be changed by restoring it for that moment. What a user or team refers to is changed as a
 * difference (JSON Patch with its positions tested), never as a list.
 */
@NullMarked
package dev.idbridge.connector.openmetadata;

import org.jspecify.annotations.NullMarked;
