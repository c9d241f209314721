package dev.idbridge.admin;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the admin API reads of the ledger. Thread-safe; every method throws {@link
 * dev.idbridge.model.StoreUnavailable} when the database cannot be used, and {@link AdminRefused}
 * when a page's {@code after} is none of its own.
 */
public interface LedgerReads {

  /** Names of the apps there ever were, as the sync log names them; cheap. */
  Set<String> appNames();

  /** Every app there is a file or a row for, by name, its lanes counted. */
  List<AppStatus> apps();

  /** What somebody should look at in the apps' files, one sentence each. */
  List<String> warnings();

  Page<SyncLogLine> syncLog(SyncLogQuery query);

  Page<DeadLetter> deadLetters(DeadLetterQuery query);

  Optional<DeadLetter> deadLetter(String id);

  /**
   * Lanes of an app that exists.
   *
   * @param state null for all
   */
  Page<Lane> lanes(String app, @Nullable String state, PageRequest page);
}
