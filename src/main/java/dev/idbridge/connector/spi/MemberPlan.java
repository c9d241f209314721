package dev.idbridge.connector.spi;

import java.util.List;

/**
 * Members to add and remove, together in one plan: removals first where the app takes them apart.
 * An account stands in one of the lists only.
 *
 * @param team remote id of the team
 * @param added remote ids of accounts
 * @param removed remote ids of accounts
 */
public record MemberPlan(String team, List<String> added, List<String> removed) {
  public MemberPlan {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }
}
