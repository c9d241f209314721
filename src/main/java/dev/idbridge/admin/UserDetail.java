package dev.idbridge.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One user with all that is noted of it.
 *
 * @param deleted whether it is gone from its directory
 * @param attributes as SCIM names them
 * @param groups those it is in, direct ones and those they are in; none of a deleted one
 * @param apps every app in which something of it is, or was looked for
 */
public record UserDetail(
    String id,
    @Nullable String directory,
    String userName,
    boolean active,
    boolean deleted,
    long version,
    Instant created,
    Instant modified,
    Map<String, Object> attributes,
    List<InGroup> groups,
    List<InApp> apps) {
  public UserDetail {
    attributes = Map.copyOf(attributes);
    groups = List.copyOf(groups);
    apps = List.copyOf(apps);
  }

  /**
   * A group.
   *
   * @param direct whether the user itself is a member, not a group it is in
   */
  public record InGroup(String id, @Nullable String name, boolean direct) {}

  /**
   * The user in an app.
   *
   * @param remote id of the linked account in the app; null when none is linked
   * @param label what the app calls it
   * @param origin ours or found
   * @param lane state of the account's lane; null when it never had one
   * @param why what the lane waits for, or failed at
   * @param teams its memberships there; what is not held tells why not
   */
  public record InApp(
      String app,
      @Nullable String remote,
      @Nullable String label,
      @Nullable String origin,
      @Nullable String lane,
      @Nullable String why,
      List<InTeam> teams) {
    public InApp {
      teams = List.copyOf(teams);
    }
  }

  /**
   * A membership.
   *
   * @param team id of the group whose team it is
   * @param state due, applied, parked or removing
   * @param held whether the account is in the team as far as we know
   */
  public record InTeam(
      String team, @Nullable String name, String state, boolean held, @Nullable String why) {}
}
