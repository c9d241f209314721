package dev.idbridge.connector.spi;

import dev.idbridge.model.Team;

/** One step on one team. */
public sealed interface TeamPlan {
  /**
   * Create it with team type {@link Team#TYPE} (a plain group where the app has no types); {@link
   * Outcome.Applied} carries the remote id.
   *
   * @param parent remote id of the team it stands under, empty for the root; never anything else
   *     where {@link Capabilities#hierarchy} is false
   */
  record Create(Team team, String parent) implements TeamPlan {
    /** At the root. */
    public Create(Team team) {
      this(team, "");
    }
  }

  /** Give it this name; place, type and members stay. Only sent for teams that are ours. */
  record Rename(String remoteId, Team team, String before) implements TeamPlan {}

  /**
   * Put it under this parent; name, type, members and child teams stay. Only sent for teams that
   * are ours, and only where {@link Capabilities#hierarchy} is true. A parent that is not there any
   * more is {@link Outcome.Conflict}; {@link Outcome.NotFound} speaks of the team itself.
   *
   * @param parent remote id, empty for the root
   */
  record Move(String remoteId, Team team, String parent) implements TeamPlan {
    /** For connectors of apps without places. */
    public static Outcome impossible() {
      return new Outcome.Reject("the app knows no teams in teams");
    }
  }

  /**
   * Delete it if it holds nothing foreign: no members but none at all, and no child teams. Holding
   * something answers {@link Outcome.Conflict} and changes nothing.
   *
   * @param evenIfNotEmpty delete whatever it holds ({@code on-group-delete: always})
   */
  record Delete(String remoteId, boolean evenIfNotEmpty) implements TeamPlan {}
}
