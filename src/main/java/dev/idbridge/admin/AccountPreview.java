package dev.idbridge.admin;

import java.util.List;
import java.util.Map;

/**
 * What an app's rules make of a user now; nothing is written.
 *
 * @param result account, disabled or failed: whether there would be one, and could be used
 * @param why what speaks against an account, else empty
 * @param attributes what the account would say, by target attribute; none of a failed one
 * @param roles what rules would grant it, each with what asks for it
 * @param teams the teams that it would be in
 */
public record AccountPreview(
    String app,
    String user,
    String result,
    String why,
    Map<String, Object> attributes,
    Map<String, List<String>> roles,
    List<String> teams) {
  public AccountPreview {
    attributes = Map.copyOf(attributes);
    roles = Map.copyOf(roles);
    teams = List.copyOf(teams);
  }
}
