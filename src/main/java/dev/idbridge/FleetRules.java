package dev.idbridge;

import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.RuleOperations.Change;
import dev.idbridge.admin.RuleOperations.Effects;
import dev.idbridge.admin.RuleOperations.Example;
import dev.idbridge.admin.RuleOperations.Proposal;
import dev.idbridge.config.AppConfig;
import dev.idbridge.config.ConfigException;
import dev.idbridge.config.Problem;
import dev.idbridge.config.RuleText;
import dev.idbridge.config.Scope;
import dev.idbridge.delivery.App;
import dev.idbridge.delivery.RuleEffects;
import dev.idbridge.directory.Targets;
import dev.idbridge.ledger.HeldRows;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.RuleSets;
import dev.idbridge.ledger.RuleSets.Proposed;
import dev.idbridge.ledger.RuleSets.RuleSet;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people do with the rules of apps that this daemon delivers to. Thread-safe. */
final class FleetRules {
  /** Looking at everybody takes no longer. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final AppFleet fleet;
  private final RuleSets sets;
  private final Targets targets;
  private final Ledger ledger;
  private final HeldRows held;

  FleetRules(AppFleet fleet, RuleSets sets, Targets targets, Ledger ledger, HeldRows held) {
    this.fleet = fleet;
    this.sets = sets;
    this.targets = targets;
    this.ledger = ledger;
    this.held = held;
  }

  /** The app under proposed rules, or under those in force. */
  AppConfig under(App app, @Nullable Proposal proposal) {
    if (proposal == null) {
      if (app.config().rules() == AppConfig.Rules.API && fleet.rulesVersion(app.name()) == 0) {
        throw conflict("nobody has set the rules of app " + app.name() + " yet: say which");
      }
      return app.config();
    }
    try {
      return fleet.proposed(app.name(), proposal.name(), proposal.rules());
    } catch (ConfigException e) {
      throw AdminRefused.invalid(
          "the rules cannot be used, nothing was stored\n"
              + e.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
  }

  Effects effects(App app, AppConfig rules) {
    RuleEffects.Effects effects =
        new RuleEffects(app, rules, targets, ledger, held).within(PATIENCE);
    return new Effects(
        app.name(),
        effects.users(),
        effects.groups(),
        effects.whole(),
        effects.counts(),
        effects.removals(),
        effects.first().stream()
            .map(one -> new Example(one.kind(), one.who(), one.what()))
            .toList());
  }

  Change set(App app, Proposal proposal, String by) {
    if (app.config().rules() != AppConfig.Rules.API) {
      throw conflict(
          "the rules of app "
              + app.name()
              + " are those of its file: edit conf/apps/"
              + app.name()
              + ".yaml and restart, or write rules: api there and take the rules out of it");
    }
    fleet.refresh();
    long before = fleet.rulesVersion(app.name());
    AppConfig rules = under(app, proposal);
    Effects effects = effects(app, rules);
    String text = RuleText.write(rules);
    RuleSet inForce = sets.find(app.id(), before).orElse(null);
    if (inForce != null && inForce.body().equals(text)) {
      return new Change(app.name(), before, "unchanged", effects);
    }
    if ((effects.removals() > 0 || !effects.whole()) && !proposal.yes()) {
      return new Change(app.name(), before, "unconfirmed", effects);
    }
    long version =
        sets.activate(
            app.name(),
            before,
            new Proposed(
                text,
                rules.policies(),
                rules.roles() != null,
                rules.scope() instanceof Scope.Groups groups ? groups.names() : List.of()),
            by);
    if (version == 0) {
      throw conflict(
          "somebody else changed the rules of app "
              + app.name()
              + " meanwhile, or its state is being dropped; look at them and set yours again");
    }
    fleet.refresh();
    return new Change(app.name(), version, "set", effects);
  }

  private static AdminRefused conflict(String text) {
    return new AdminRefused(AdminRefused.Kind.CONFLICT, text);
  }
}
