package dev.idbridge.connector.spi;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answer to a plan with several items. */
public sealed interface BatchOutcome {
  /**
   * One outcome per item, by remote id (members) or {@link GrantPlan.Role#key} (grants). An item
   * that is missing counts as a retry; beside one that says throttled or credentials refused, as
   * not tried.
   */
  record Items(Map<String, Outcome> items) implements BatchOutcome {
    public Items {
      items = Map.copyOf(items);
    }
  }

  /**
   * The app refused, or did not take, the whole batch and applied nothing of it (a retry may have
   * applied it). The engine splits a rejected batch in halves, so that one bad item waits alone; a
   * batch that was to be retried comes back as half of it, so that an app which is too slow for it
   * is asked for less.
   */
  record Whole(Outcome.Failure why) implements BatchOutcome {}

  /** The same outcome for every item. */
  static BatchOutcome all(Collection<String> items, Outcome outcome) {
    Map<String, Outcome> map = new LinkedHashMap<>();
    items.forEach(item -> map.put(item, outcome));
    return new Items(map);
  }
}
