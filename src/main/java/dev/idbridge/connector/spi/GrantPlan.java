package dev.idbridge.connector.spi;

import java.util.List;

/**
 * Roles to grant and revoke for one subject, together in one plan: revocations first where the app
 * takes them apart. A role stands in one of the lists only. What the subject holds besides stays.
 *
 * <p>Outcomes are per role, by {@link Role#key}: {@link Outcome.NotFound} says that the subject is
 * gone; a role or resource that the app does not know is an {@link Outcome.Reject} where it is
 * granted and {@link Outcome.Already} where it is revoked.
 *
 * @param subject remote id of an account or a team
 * @param onTeam whether the subject is a team
 */
public record GrantPlan(String subject, boolean onTeam, List<Role> granted, List<Role> revoked) {
  public GrantPlan {
    granted = List.copyOf(granted);
    revoked = List.copyOf(revoked);
  }

  /**
   * @param name the app's word for the role
   * @param resource what it applies to, as the app's connector documents it; empty for the whole
   *     app
   */
  public record Role(String name, String resource) {
    /** The key of this role in {@link BatchOutcome.Items} and {@link Connector#seeGrants}. */
    public String key() {
      return resource.isEmpty() ? name : name + "@" + resource;
    }

    @Override
    public String toString() {
      return key();
    }
  }
}
