package dev.idbridge.admin;

import dev.idbridge.directory.Names;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.ScopeGroup;
import dev.idbridge.model.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Warns of groups that the scopes of apps name and no directory has: a group may still come, but a
 * misspelt name brings nobody an account, and says nothing. Thread-safe.
 */
public final class ScopeWatch {
  private final LedgerQueries queries;
  private final Names names;

  public ScopeWatch(LedgerQueries queries, Names names) {
    this.queries = queries;
    this.names = names;
  }

  /**
   * One sentence for each.
   *
   * @param app null for all
   */
  public List<String> warnings(@Nullable String app) {
    return queries.scopeGroups().stream()
        .filter(one -> app == null || one.app().equals(app))
        .filter(this::missing)
        .map(
            one ->
                "app "
                    + one.app()
                    + ": scope.groups names '"
                    + one.group()
                    + "', and no group is called so in the directories that the app follows; it"
                    + " brings nobody an account until one is")
        .toList();
  }

  private boolean missing(ScopeGroup one) {
    return one.directories().stream()
        .noneMatch(directory -> names.live(directory, ResourceType.GROUP, one.group()).isPresent());
  }
}
