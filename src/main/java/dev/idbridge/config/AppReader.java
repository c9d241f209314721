package dev.idbridge.config;

import dev.idbridge.config.AppConfig.Accounts;
import dev.idbridge.config.AppConfig.Groups;
import dev.idbridge.config.AppConfig.Limits;
import dev.idbridge.config.AppConfig.Nested;
import dev.idbridge.config.AppConfig.OnGroupDelete;
import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.config.AppConfig.OnUserDelete;
import dev.idbridge.config.AppConfig.Teams;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import dev.idbridge.expression.Expression;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.expression.Expressions;
import dev.idbridge.model.RoleRules;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one {@code apps/NAME.yaml}; every default stands here. */
final class AppReader {
  private static final List<String> RATE_CLASSES = List.of("user-writes", "group-writes", "reads");

  private static final Pattern FOLLOW_UP = Pattern.compile("direct:[A-Za-z0-9][A-Za-z0-9._-]*");

  /** A deletion that is put off for longer is none. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  /** As the directory takes them. */
  private static final int LONGEST_NAME = 256;

  private final Section top;
  private final ConnectorKinds kinds;
  private final References references;
  private final Expressions expressions;

  /** What the app can do; null while, and when, its settings say nothing of it. */
  private @Nullable Capabilities can;

  AppReader(Section top, ConnectorKinds kinds, References references, Expressions expressions) {
    this.expressions = expressions;
    this.top = top;
    this.kinds = kinds;
    this.references = references;
  }

  AppConfig read(String name) {
    String kind = top.text("connector", "");
    Optional<ConnectorFactory> factory = kinds.find(kind);
    if (factory.isEmpty()) {
      String known = "write one of " + String.join(", ", kinds.words());
      top.problem(
          "connector",
          kind.isEmpty()
              ? "is missing; " + known
              : "is '" + kind + "', which no connector calls itself; " + known);
    }
    List<String> directories = directories();
    only("rules", "file", "edit rules in this file");
    Scope scope = scope(top.section("scope"));
    Settings settings = settings(name, factory);
    Section people = top.section("accounts");
    Accounts accounts = accounts(people);
    Mapping mapping = new MappingReader(expressions, factory, settings).read(people);
    Section pushed = top.section("teams");
    Groups groups = groups(pushed);
    AppConfig.Verify verify = top.choice("verify", AppConfig.Verify.OFF, AppConfig.Verify.class);
    RoleReader rules =
        new RoleReader(top.section("roles"), can == null ? null : can.roles(), groups);
    RoleRules roles = roles(rules);
    Teams teams = teams(pushed, groups, rules.named());
    return new AppConfig(
        name,
        kind,
        directories,
        settings,
        scope,
        accounts,
        mapping,
        teams,
        roles,
        limits(top.section("limits")),
        verify);
  }

  /** Null when the app has none, or the file does not speak of them. */
  private @Nullable RoleRules roles(RoleReader reader) {
    boolean spoken = top.isMapping("roles");
    RoleRules rules = reader.read();
    return spoken && can != null && can.roles().any() ? rules : null;
  }

  private List<String> directories() {
    List<String> names = top.list("directory");
    for (String name : names) {
      if (!ConfigReader.NAME.matcher(name).matches()) {
        top.problem("directory", "has '" + name + "', must be a directory's name such as default");
      }
    }
    return names.isEmpty() ? List.of("default") : names.stream().distinct().toList();
  }

  private void only(String key, String supported, String instead) {
    only(top, key, supported, instead);
  }

  private static void only(Section s, String key, String supported, String instead) {
    String text = s.text(key, supported);
    if (!text.equals(supported)) {
      s.problem(key, "'" + text + "' is not supported by this version; " + instead);
    }
  }

  private Scope scope(Section s) {
    String wanted = "must be {users: active}, {groups: [ONE, TWO]} or {expression: CONDITION}";
    List<String> said =
        Stream.of("users", "groups", "expression")
            .filter(key -> s.written().contains(key))
            .toList();
    String users = s.text("users", "active");
    List<String> groups = s.list("groups");
    if (said.size() > 1) {
      s.accept("expression");
      top.problem("scope", "says both " + String.join(" and ", said) + "; " + wanted);
    } else if (said.contains("expression")) {
      Expression condition = s.expression("expression", expressions, Sees.USER, Gives.CONDITION);
      return condition == null ? new Scope.Everyone() : new Scope.Matching(condition);
    } else if (said.contains("groups")) {
      if (groups.isEmpty()) {
        s.problem("groups", "is empty, so that nobody would have an account; name a group");
      }
      if (groups.stream().anyMatch(name -> name.length() > LONGEST_NAME)) {
        s.problem("groups", "has a name of more than " + LONGEST_NAME + " characters");
      }
      return new Scope.Groups(groups);
    } else if (!users.equals("active")) {
      s.problem("users", "is '" + users + "', must be active");
    }
    s.accept("expression");
    return new Scope.Everyone();
  }

  private static Accounts accounts(Section s) {
    OnUserDelete onDelete = OnUserDelete.DISABLE;
    Duration after = Duration.ZERO;
    if (s.isMapping("on-user-delete")) {
      Section later = s.section("on-user-delete");
      onDelete = OnUserDelete.DELETE;
      after = later.duration("delete-after", Duration.ZERO, Duration.ZERO, LONGEST);
      if (!later.says("delete-after")) {
        s.problem(
            "on-user-delete", "says nothing, must be disable, delete or {delete-after: P30D}");
      }
    } else if (s.text("on-user-delete", "").startsWith("delete-after")) {
      s.problem("on-user-delete", "must be written as a mapping: {delete-after: P30D}");
    } else {
      onDelete = s.choice("on-user-delete", onDelete, OnUserDelete.class);
    }
    Section again = s.section("on-reactivate");
    OnReactivate memberships =
        again.choice("memberships", OnReactivate.RESTORE, OnReactivate.class);
    OnReactivate grants = again.choice("grants", OnReactivate.NONE, OnReactivate.class);
    return new Accounts(onDelete, after, memberships, grants, followUp(s));
  }

  private static String followUp(Section s) {
    String route = s.text("follow-up", "");
    if (!route.isEmpty() && !FOLLOW_UP.matcher(route).matches()) {
      s.problem(
          "follow-up",
          "is '" + route + "', must be the beginning of a route in routes/, such as direct:left");
    }
    return route;
  }

  private static Teams teams(Section s, Groups groups, Map<String, String> named) {
    return new Teams(
        groups,
        s.choice("on-group-delete", OnGroupDelete.OWNED, OnGroupDelete.class),
        s.choice("nested", Nested.REAL, Nested.class),
        named);
  }

  private Groups groups(Section s) {
    String wanted =
        "must be all, none, {prefix: TEXT}, {names: [ONE, TWO]} or {expression: CONDITION}";
    if (!s.isMapping("groups")) {
      if (s.isSequence("groups")) {
        s.accept("groups");
        s.problem("groups", "is a list, " + wanted);
        return new Groups.All();
      }
      String text = s.text("groups", "all");
      if (text.equals("none")) {
        return new Groups.None();
      }
      if (!text.equals("all")) {
        s.problem("groups", "is '" + text + "', " + wanted);
      }
      return new Groups.All();
    }
    Section g = s.section("groups");
    String prefix = g.text("prefix");
    List<String> names = g.list("names");
    g.accept("expression");
    List<String> said = Stream.of("prefix", "names", "expression").filter(g::says).toList();
    if (said.size() > 1) {
      s.problem("groups", "says both " + String.join(" and ", said) + "; " + wanted);
    } else if (g.written().contains("expression")) {
      Expression condition = g.expression("expression", expressions, Sees.GROUP, Gives.CONDITION);
      return condition == null ? new Groups.None() : new Groups.Matching(condition);
    } else if (prefix != null) {
      return new Groups.Prefix(prefix);
    } else if (!names.isEmpty()) {
      return new Groups.Names(names);
    } else {
      s.problem("groups", "says nothing, " + wanted);
    }
    return new Groups.None();
  }

  private static Limits limits(Section s) {
    int concurrency = s.integer("concurrency", 8, 1, 1000);
    Section r = s.section("rate");
    Map<String, Integer> rate = new LinkedHashMap<>();
    for (String rateClass : RATE_CLASSES) {
      int perSecond = r.integer(rateClass, 0, 1, 1_000_000);
      if (perSecond > 0) {
        rate.put(rateClass, perSecond);
      }
    }
    return new Limits(concurrency, rate);
  }

  private Settings settings(String name, Optional<ConnectorFactory> factory) {
    Section s = top.section("settings");
    List<SettingSpec> specs = factory.map(ConnectorFactory::settings).orElse(List.of());
    if (factory.isEmpty()) {
      s.written().forEach(s::accept);
    }
    Map<String, String> written = new LinkedHashMap<>();
    boolean right = true;
    for (SettingSpec spec : specs) {
      String value = s.text(spec.name());
      if (value != null) {
        written.put(spec.name(), value);
        right &= check(s, spec, value);
      } else if (spec.required() && spec.otherwise() == null) {
        s.problem(spec.name(), "is missing; " + spec.help());
        right = false;
      }
    }
    Settings settings = new AppSettings(specs, written, references);
    if (right) {
      factory
          .map(f -> new DryRun(name).of(f, settings))
          .ifPresent(
              made -> {
                SettingException e = made.problem();
                if (e != null) {
                  s.problem(e.setting(), String.valueOf(e.getMessage()));
                }
                can = made.can();
              });
    }
    return settings;
  }

  private boolean check(Section s, SettingSpec spec, String value) {
    try {
      if (!references.resolve(value).isBlank()) {
        return true;
      }
      s.problem(spec.name(), "is blank; " + spec.help());
    } catch (References.Unresolved e) {
      s.problem(spec.name(), String.valueOf(e.getMessage()));
    }
    return false;
  }
}
