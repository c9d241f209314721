package dev.idbridge;

import dev.idbridge.admin.AccountPreview;
import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.AppCheck;
import dev.idbridge.admin.ImportOperations;
import dev.idbridge.admin.LiveApps;
import dev.idbridge.admin.RuleOperations.Change;
import dev.idbridge.admin.RuleOperations.Effects;
import dev.idbridge.admin.RuleOperations.Proposal;
import dev.idbridge.admin.Trail;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.delivery.App;
import dev.idbridge.delivery.Importer;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Names;
import dev.idbridge.ledger.ImportBook;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.Resource;
import dev.idbridge.model.Ruling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The apps this daemon delivers to, as people see and ask them. Thread-safe. */
final class FleetApps implements LiveApps {
  private static final Logger LOG = LoggerFactory.getLogger(FleetApps.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AppFleet fleet;
  private final Provisioner provisioner;
  private final ChangeRoute changes;
  private final Importer importer;
  private final ImportBook book;
  private final Directories directories;
  private final Names names;
  private final FleetRules rules;

  /**
   * @param changes the way of a change into the store
   */
  FleetApps(
      AppFleet fleet,
      Provisioner provisioner,
      ChangeRoute changes,
      Importer importer,
      ImportBook book,
      Directories directories,
      Names names,
      FleetRules rules) {
    this.rules = rules;
    this.names = names;
    this.importer = importer;
    this.book = book;
    this.directories = directories;
    this.fleet = fleet;
    this.provisioner = provisioner;
    this.changes = changes;
  }

  @Override
  public ImportOperations imports(String by) {
    return new FleetImports(this::app, importer, book, directories, names, by);
  }

  @Override
  public Committed write(ChangeRequest request) throws ChangeRefused {
    return changes.write(request);
  }

  @Override
  public Optional<AppState> state(String app) {
    return fleet.app(app).map(a -> new AppState(a.gate().state(), a.gate().reason()));
  }

  private App app(String name) {
    return fleet
        .app(name)
        .orElseThrow(
            () ->
                new AdminRefused(
                    AdminRefused.Kind.CONFLICT,
                    "there is no app '"
                        + name
                        + "' here: the daemon found no conf/apps/"
                        + name
                        + ".yaml when it started; apps are shown by: idbridge app list"));
  }

  @Override
  public AppCheck check(String name) {
    App app = app(name);
    Health health;
    try {
      health = app.connector().check(Deadline.in(PATIENCE));
      if (health.state() == Health.State.UP) {
        app.proved();
      }
    } catch (RuntimeException bug) {
      LOG.error("checking app {} failed", name, bug);
      health =
          new Health(
              Health.State.DOWN,
              "the connector failed, which is its bug: " + bug.getClass().getSimpleName());
    }
    return new AppCheck(
        name,
        app.config().connector(),
        health.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        health.detail(),
        can(app.capabilities()));
  }

  private static List<String> can(Capabilities can) {
    List<String> lines = new ArrayList<>();
    lines.add("create, update, disable and enable accounts");
    lines.add(can.deletesAccounts() ? "delete accounts" : "not delete accounts: they are disabled");
    lines.add(can.hierarchy() ? "nest teams" : "hold teams flat");
    lines.add("change up to " + can.membersPerCall() + " members of a team per call");
    lines.add(
        can.seesMembers()
            ? "tell who is a member: what was there before is never removed"
            : "not tell who is a member: what we add counts as ours");
    lines.add(roles(can.roles()));
    return lines;
  }

  private static String roles(Capabilities.Roles can) {
    if (!can.any()) {
      return "not grant roles";
    }
    return "grant "
        + (can.oneOnly() ? "one role" : "roles")
        + (can.onResources() ? " per resource" : "")
        + " to "
        + (!can.onTeams() ? "accounts" : can.onAccounts() ? "accounts and teams" : "teams")
        + (can.needTeam() ? ", only to members of a team" : "");
  }

  @Override
  public Trail provision(String app, long user, String by) {
    return provisioner.provision(app(app), user, by);
  }

  @Override
  public AccountPreview preview(String name, long user, @Nullable Proposal proposal) {
    App app = app(name);
    return provisioner.preview(app, rules.under(app, proposal), user);
  }

  @Override
  public Effects effects(String name, @Nullable Proposal proposal) {
    App app = app(name);
    return rules.effects(app, rules.under(app, proposal));
  }

  @Override
  public Change setRules(String name, Proposal proposal, String by) {
    return rules.set(app(name), proposal, by);
  }

  @Override
  public Optional<Ruling> ruling(String app, long user, Collection<Resource.Group> groups) {
    return fleet.app(app).flatMap(one -> provisioner.ruling(one, user, groups));
  }

  @Override
  public void refresh() {
    fleet.refresh();
  }
}
