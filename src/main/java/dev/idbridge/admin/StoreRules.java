package dev.idbridge.admin;

import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.AppView;
import dev.idbridge.ledger.RuleSets;
import dev.idbridge.ledger.RuleSets.RuleSet;
import dev.idbridge.model.Ids;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** {@link RuleOperations} over the store, and over the apps of this process. Thread-safe. */
public final class StoreRules implements RuleOperations {
  private final RuleSets sets;
  private final LedgerQueries queries;
  private final LiveApps live;
  private final BiFunction<String, String, Long> users;
  private final String by;

  /**
   * @param users ids of users by id or userName; refuses those that are not there
   * @param by who acts, for the change record
   */
  public StoreRules(
      RuleSets sets,
      LedgerQueries queries,
      LiveApps live,
      BiFunction<String, String, Long> users,
      String by) {
    this.sets = sets;
    this.queries = queries;
    this.live = live;
    this.users = users;
    this.by = by;
  }

  private AppView app(String name) {
    return queries.apps().stream()
        .filter(app -> app.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> AdminRefused.notFound("there is no app '" + name + "'; app list shows them"));
  }

  @Override
  public Page<Version> versions(String name, PageRequest page) {
    AppView app = app(name);
    long active = app.rulesVersion();
    String after = page.after();
    long below = after == null ? Long.MAX_VALUE : Ids.parse(after).orElse(0);
    List<RuleSet> found = sets.list(app.id(), below, page.limit());
    return new Page<>(
        found.stream()
            .map(
                one ->
                    new Version(
                        one.version(), one.version() == active, one.source(), one.at(), one.by()))
            .toList(),
        found.size() < page.limit() ? null : Long.toString(found.getLast().version()));
  }

  @Override
  public Text export(String name, @Nullable Long version) {
    AppView app = app(name);
    long wanted = version == null ? app.rulesVersion() : version;
    RuleSet set =
        sets.find(app.id(), wanted)
            .orElseThrow(
                () ->
                    AdminRefused.notFound(
                        wanted == 0
                            ? "nobody has set the rules of app " + name + " yet"
                            : "app "
                                + name
                                + " has no version "
                                + wanted
                                + " of its rules; mapping list shows them"));
    return new Text(name, wanted, set.body());
  }

  @Override
  public Effects preview(String name, @Nullable Proposal proposal) {
    return live.effects(app(name).name(), proposal);
  }

  @Override
  public AccountPreview preview(String name, String user, @Nullable Proposal proposal) {
    return live.preview(app(name).name(), users.apply(name, user), proposal);
  }

  @Override
  public Change set(String name, Proposal proposal) {
    return live.setRules(app(name).name(), proposal, by);
  }
}
