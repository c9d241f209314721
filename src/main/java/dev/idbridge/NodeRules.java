package dev.idbridge;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.ConfigException;
import dev.idbridge.config.RuleText;
import dev.idbridge.delivery.App;
import dev.idbridge.ledger.RuleSets;
import dev.idbridge.ledger.RuleSets.RuleSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules in the store, as they fit the files of this node. Thread-safe. */
final class NodeRules {
  private final RuleSets sets;
  private final RuleText text;

  NodeRules(RuleSets sets, RuleText text) {
    this.sets = sets;
    this.text = text;
  }

  /**
   * @param config the app under the rules; null when it cannot be planned under them
   * @param why what stands against that, else empty
   * @param elsewhere whether they were set under another file than this node's
   */
  record Fit(@Nullable AppConfig config, String why, boolean elsewhere) {}

  /** How a version fits an app's file. */
  Fit fit(App app, AppConfig file, long version) {
    Optional<RuleSet> set = sets.find(app.id(), version);
    if (set.isEmpty()) {
      return new Fit(
          null,
          "nobody has set its rules yet: idbridge mapping set --app " + app.name() + " FILE",
          false);
    }
    if (!set.get().policies().equals(file.policies())) {
      return new Fit(null, "", true);
    }
    try {
      return new Fit(read(app, file, "rules, version " + version, set.get().body()), "", false);
    } catch (ConfigException e) {
      return new Fit(
          null,
          "its rules do not fit its file: "
              + e.problems().getFirst()
              + "; correct them with idbridge mapping set, or the file",
          false);
    }
  }

  /**
   * An app under other rules.
   *
   * @throws ConfigException with every problem of the text
   */
  AppConfig read(App app, AppConfig file, String shown, String rules) throws ConfigException {
    return text.read(file, app.capabilities(), shown, rules);
  }
}
