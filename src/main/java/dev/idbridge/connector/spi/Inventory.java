package dev.idbridge.connector.spi;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows everything an app holds, page by page. Nothing is collected: a page is handed over whole,
 * and forgotten. Asked again, it begins anew.
 */
public interface Inventory {

  /**
   * Shows all accounts, inactive ones too.
   *
   * @param pages is given each page; what it throws ends the listing and is passed on
   * @return null when every account was shown, else why not; pages before that were handed over
   */
  Outcome.@Nullable Failure accounts(Consumer<List<ListedAccount>> pages, Deadline deadline);

  /** Shows all teams, wherever they are in the app's hierarchy; as {@link #accounts}. */
  Outcome.@Nullable Failure teams(Consumer<List<ListedTeam>> pages, Deadline deadline);
}
