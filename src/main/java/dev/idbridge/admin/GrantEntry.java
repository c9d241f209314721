package dev.idbridge.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One role of one account or team, and why it is asked for.
 *
 * @param resourceType User or Group
 * @param role the app's word
 * @param on the resource that the role is limited to; empty for the whole app
 * @param state due, applied, parked, removing or suppressed
 * @param held whether the app holds it as far as we know
 * @param origin ours, or found: held before we came, and never revoked by us
 * @param direct whether an administrator granted it
 * @param rules what else asks for it
 */
public record GrantEntry(
    String app,
    String resourceType,
    String id,
    @Nullable String name,
    String role,
    String on,
    String state,
    boolean held,
    String origin,
    boolean direct,
    List<Why> rules,
    String reason) {

  /**
   * @param path the group, with the groups below it through which it is reached
   * @param change the change that brought it; null where it is no single one
   */
  public record Why(String rule, String path, @Nullable String change) {}
}
