/**
 * Keycloak's Admin REST API (tried with 26.7): users are accounts, the group tree holds the teams,
 * realm and client roles are granted to both.
 *
 * <p>In: plans. Out: calls under {@code /admin/realms/{realm}}, outcomes back. Knows {@code
 * connector.spi}, {@code connector.rest} and {@code model}. What Keycloak does silently is met
 * here: a PUT of a user that says attributes forgets every other it does not say, a DELETE of role
 * mappings without a body removes them all, the deletion of a group takes its sub-groups along.
 */
@NullMarked
package dev.idbridge.connector.keycloak;

import org.jspecify.annotations.NullMarked;
