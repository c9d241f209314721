package dev.idbridge.ledger;

import dev.idbridge.connector.spi.GrantPlan.Role;

/**
 * One role that was granted or revoked, and is to be looked at.
 *
 * @param present whether the app said that it is held now
 * @param cause the change that asked for it
 */
public record GrantLook(Role role, boolean present, long cause) {}
