package dev.idbridge.connector.spi;

import java.util.List;

/**
 * Roles to grant and revoke for one subject, together in one plan.
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
   * @param resource what it applies to, empty for the whole app
   */
  public record Role(String name, String resource) {
    /** The key of this role in {@link BatchOutcome#items}. */
    public String key() {
      return resource.isEmpty() ? name : name + "@" + resource;
    }
  }
}
