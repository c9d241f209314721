package dev.idbridge.connector.spi;

import dev.idbridge.model.Team;

/** One step on one team. */
public sealed interface TeamPlan {
  /**
   * Create it at the root with team type {@link Team#TYPE} (a plain group where the app has no
   * types); {@link Outcome.Applied} carries the remote id.
   */
  record Create(Team team) implements TeamPlan {}

  /** Give it this name; place, type and members stay. Only sent for teams that are ours. */
  record Rename(String remoteId, Team team, String before) implements TeamPlan {}

  /**
   * Delete it if it holds nothing foreign: no members but none at all, and no child teams. Holding
   * something answers {@link Outcome.Conflict} and changes nothing.
   *
   * @param evenIfNotEmpty delete whatever it holds ({@code on-group-delete: always})
   */
  record Delete(String remoteId, boolean evenIfNotEmpty) implements TeamPlan {}
}
