package dev.idbridge.config;

import dev.idbridge.config.Mapping.Rule;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Settings;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.expression.Expressions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code accounts.mapping} and checks every expression and target in it. */
final class MappingReader {
  private static final Map<String, String> SCIM_PATHS =
      Map.of("name.givenName", "givenName", "name.familyName", "familyName");

  private final Expressions expressions;
  private final Optional<ConnectorFactory> factory;
  private final Settings settings;

  MappingReader(Expressions expressions, Optional<ConnectorFactory> factory, Settings settings) {
    this.expressions = expressions;
    this.factory = factory;
    this.settings = settings;
  }

  Mapping read(Section accounts) {
    Section mapping = accounts.section("mapping");
    Map<String, Rule> rules = new LinkedHashMap<>();
    for (String written : mapping.written()) {
      String target = SCIM_PATHS.getOrDefault(written, written);
      Rule rule = rule(mapping, written);
      target(mapping, written, target);
      rules.put(target, rule);
    }
    return new Mapping(rules, accounts.flag("require-username-equals-email", false));
  }

  private void target(Section mapping, String written, String target) {
    if (Mapping.OWN.contains(target)) {
      return;
    }
    if (target.equals("active")) {
      mapping.problem(written, "is decided by the app's scope and by the user; leave it out");
      return;
    }
    factory
        .flatMap(f -> f.whyNotMapped(target, settings))
        .ifPresent(why -> mapping.problem(written, why));
  }

  private Rule rule(Section mapping, String target) {
    if (!mapping.isMapping(target)) {
      return new Rule(
          mapping.expression(target, expressions, Sees.USER, Gives.VALUE), null, null, false);
    }
    Section s = mapping.section(target);
    Object constant = s.value("constant");
    Object otherwise = s.value("default");
    boolean required = s.flag("required", false);
    if (s.says("expression") == s.says("constant")) {
      mapping.problem(target, "must say one of expression and constant, such as {constant: staff}");
      s.accept("expression");
      return new Rule(null, "", null, false);
    }
    if (constant != null) {
      if (otherwise != null) {
        s.problem("default", "never counts beside a constant; leave it out");
      }
      s.accept("expression");
      return new Rule(null, constant, null, required);
    }
    return new Rule(
        s.expression("expression", expressions, Sees.USER, Gives.VALUE), null, otherwise, required);
  }
}
