package dev.idbridge.connector.rest;

import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The items of a plan, for apps that do not take them all in one call. After trouble that is the
 * whole app's (throttled, credentials, no answer) or when time runs out nothing more is asked, and
 * the items left count as not tried. Belongs to one thread.
 */
public final class Steps {
  private final Deadline deadline;
  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
  private Outcome.@Nullable Failure trouble;

  public Steps(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * Asks for this item, unless an earlier answer makes it useless.
   *
   * @param call answers null when the item's outcome is still to come
   */
  public void take(String item, Supplier<? extends @Nullable Outcome> call) {
    takeAll(List.of(item), call);
  }

  /** One call for several items. */
  public void takeAll(List<String> items, Supplier<? extends @Nullable Outcome> call) {
    if (trouble != null) {
      return;
    }
    if (deadline.passed()) {
      trouble = new Outcome.Retry("no time left for all items", false);
      return;
    }
    Outcome outcome = call.get();
    if (outcome == null) {
      return;
    }
    items.forEach(item -> outcomes.put(item, outcome));
    if (outcome instanceof Outcome.Throttled
        || outcome instanceof Outcome.AuthFailed
        || outcome instanceof Outcome.Retry) {
      trouble = (Outcome.Failure) outcome;
    }
  }

  /** Each item's outcome; the trouble alone when no item came to anything else. */
  public BatchOutcome outcome() {
    Outcome.Failure why = trouble;
    return why != null && outcomes.values().stream().allMatch(outcome -> outcome == why)
        ? new BatchOutcome.Whole(why)
        : new BatchOutcome.Items(outcomes);
  }
}
