package dev.idbridge.model;

import java.util.List;
import java.util.Map;

/**
 * What the file and the rules of an app say of one user, as the directory is now.
 *
 * @param outside why the user is not in the app's scope, in a sentence; empty when it is
 * @param unmapped why it cannot be worked out what the account says; empty when it can
 * @param guarded whether it is a protected account: no push disables it, or touches its roles
 * @param memberships whether memberships come back by themselves with a reactivation
 * @param roles whether the app has roles here at all
 * @param asked what rules would grant, to whom they apply and to whom not
 * @param unselected by group name: why it has no team of its own, in a sentence
 */
public record Ruling(
    String outside,
    String unmapped,
    boolean guarded,
    boolean memberships,
    boolean roles,
    List<Asked> asked,
    Map<String, String> unselected) {
  public Ruling {
    asked = List.copyOf(asked);
    unselected = Map.copyOf(unselected);
  }

  /**
   * One role that one rule grants.
   *
   * @param rule such as {@code group Engineering}
   * @param role the role, with its resource after an @
   * @param holds whether the rule applies to the user now
   * @param toTeam whether it grants to the group's team, not to the account
   */
  public record Asked(String rule, String role, boolean holds, boolean toTeam) {}
}
