package dev.idbridge.connector.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows everything an app holds, page by page. Nothing is collected, not even ids: a page is handed
 * over whole, and forgotten. Each call to the app ends within {@link #LONGEST_CALL_MINUTES}; its
 * calls are of the class {@code reads}.
 */
public interface Inventory {
  int LONGEST_CALL_MINUTES = 2;

  /** Takes what a listing shows, and remembers for it what was shown. */
  @FunctionalInterface
  interface Pages<T> {
    /**
     * Takes a page; may wait before it returns, so that the app is not asked too fast. What it
     * throws ends the listing and is passed on.
     *
     * @return how many of the page were not shown before, also by the listing that this one goes on
     *     from
     */
    int take(List<T> page);

    /**
     * Told after a page where a listing could go on, if this one is cut short; never told where a
     * listing can only begin anew.
     */
    default void goOn(String from) {}
  }

  /**
   * Shows all accounts, inactive ones too.
   *
   * @param from empty for all; else what {@link Pages#goOn} was told last, for the rest
   * @return null when every account was shown, else why not; pages before that were handed over
   */
  Outcome.@Nullable Failure accounts(Pages<ListedAccount> pages, String from, Deadline deadline);

  /** Shows all teams, wherever they are in the app's hierarchy; as {@link #accounts}. */
  Outcome.@Nullable Failure teams(Pages<ListedTeam> pages, String from, Deadline deadline);

  /**
   * Shows who is a member of a team itself, by the ids that plans use; teams in it are left out. A
   * team that is gone has nobody.
   *
   * @param team remote id
   * @return null when every member was shown, else why not
   */
  Outcome.@Nullable Failure members(String team, Pages<String> pages, Deadline deadline);
}
