package dev.idbridge.config;

import dev.idbridge.config.AppConfig.Groups;
import dev.idbridge.config.Mapping.Rule;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.expression.Expressions;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Grant;
import dev.idbridge.model.RoleRules.OfAttribute;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.model.schema.ScimSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/**
 * An app's rules as text, in the form in which they stand in its file: {@code scope}, {@code
 * accounts.mapping}, {@code accounts.require-username-equals-email}, {@code teams.groups} and
 * {@code roles}. Thread-safe.
 */
public final class RuleText {
  /** The most characters of a text. */
  public static final int MOST = 48 * 1024;

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*");
  private static final List<String> WORDS =
      List.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private final Expressions expressions;
  private final ConnectorKinds kinds;

  public RuleText(ScimSchema schemas, ConnectorKinds kinds) {
    this.expressions = new Expressions(schemas);
    this.kinds = kinds;
  }

  /**
   * The app as it is under these rules.
   *
   * @param app as its file says
   * @param can what it takes
   * @param shown how problems name the text
   * @throws ConfigException with every problem there is, each with line and column
   */
  public AppConfig read(AppConfig app, Capabilities can, String shown, String text)
      throws ConfigException {
    Problems problems = new Problems();
    if (text.length() > MOST) {
      problems.add(shown, 0, 0, "", "is longer than " + MOST + " characters");
      throw new ConfigException(problems.all());
    }
    Section top =
        new Section(shown, "", YamlFile.mapping(text, shown, problems), Environment.NONE, problems);
    AppConfig under =
        new AppReader(top, kinds, new References(Map.of()), expressions).rules(app, can);
    top.end();
    if (!problems.none()) {
      throw new ConfigException(problems.all());
    }
    return under;
  }

  /**
   * What a file says, or standard input.
   *
   * @param file a path, or {@code -}
   * @throws ConfigException when it cannot be read
   */
  public static String load(String file, InputStream standardInput) throws ConfigException {
    try (InputStream in = file.equals("-") ? standardInput : Files.newInputStream(Path.of(file))) {
      return new String(in.readNBytes(MOST + 1), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigException(
          List.of(new Problem(file, 0, 0, "", "cannot be read: " + e.getMessage())));
    }
  }

  /** The app's rules; what is read from them is the same again. */
  public static String write(AppConfig app) {
    Map<String, Object> top = new LinkedHashMap<>();
    top.put(
        "scope",
        switch (app.scope()) {
          case Scope.Everyone all -> Map.of("users", "active");
          case Scope.Groups groups -> Map.of("groups", groups.names());
          case Scope.Matching matching -> Map.of("expression", matching.condition().source());
        });
    Map<String, Object> accounts = new LinkedHashMap<>();
    if (!app.mapping().rules().isEmpty()) {
      Map<String, Object> mapping = new LinkedHashMap<>();
      app.mapping().rules().forEach((target, rule) -> mapping.put(target, rule(rule)));
      accounts.put("mapping", mapping);
    }
    accounts.put("require-username-equals-email", app.mapping().userNameIsEmail());
    top.put("accounts", accounts);
    top.put(
        "teams",
        Map.of(
            "groups",
            switch (app.teams().groups()) {
              case Groups.All all -> "all";
              case Groups.None none -> "none";
              case Groups.Prefix prefix -> Map.of("prefix", prefix.prefix());
              case Groups.Names names -> Map.of("names", names.names());
              case Groups.Matching matching -> Map.of("expression", matching.condition().source());
            }));
    if (app.roles() != null || !app.teams().named().isEmpty()) {
      top.put("roles", roles(app.roles(), app.teams().named()));
    }
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSplitLines(false)
            .setDereferenceAliases(true)
            .build();
    return new Dump(settings, new Quoting(settings)).dumpToString(top);
  }

  private static Object rule(Rule rule) {
    String source = rule.expression() == null ? null : rule.expression().source();
    if (source != null && rule.otherwise() == null && !rule.required()) {
      return source;
    }
    Map<String, Object> says = new LinkedHashMap<>();
    if (source != null) {
      says.put("expression", source);
    }
    if (rule.constant() != null) {
      says.put("constant", rule.constant());
    }
    if (rule.otherwise() != null) {
      says.put("default", rule.otherwise());
    }
    if (rule.required()) {
      says.put("required", true);
    }
    return says;
  }

  private static Map<String, Object> roles(@Nullable RoleRules roles, Map<String, String> named) {
    Map<String, Object> says = new LinkedHashMap<>();
    List<Map<String, Object>> rules = new ArrayList<>();
    named.forEach((group, team) -> rules.add(ordered("group", group, "team", team)));
    if (roles != null) {
      for (RoleRules.Rule rule : roles.rules()) {
        Map<String, Object> line =
            switch (rule) {
              case OfGroup of -> ordered("group", of.group());
              case OfAttribute of -> ordered("attribute", of.attribute(), "value", of.value());
            };
        line.put("role", rule.grants().stream().map(Grant::role).distinct().toList());
        List<String> resources = rule.grants().stream().map(Grant::resource).distinct().toList();
        if (!resources.equals(List.of(""))) {
          line.put("resource", resources);
        }
        if (rule instanceof OfGroup of && of.to() == RoleRules.To.TEAM) {
          line.put("to", "team");
        }
        rules.add(line);
      }
      put(says, "default", roles.base().stream().map(Grant::role).toList());
    }
    put(says, "rules", rules);
    if (roles != null) {
      if (roles.strip() != Strip.OURS) {
        says.put("strip", roles.strip().name().toLowerCase(Locale.ROOT));
      }
      put(says, "order", roles.order());
      put(says, "protected-accounts", roles.protectedAccounts());
      put(says, "protected-roles", roles.protectedRoles());
      put(says, "last-holder", roles.lastHolder());
    }
    return says;
  }

  private static void put(Map<String, Object> says, String key, List<?> list) {
    if (!list.isEmpty()) {
      says.put(key, list);
    }
  }

  private static Map<String, Object> ordered(String... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /** Quotes every text that anybody could read as something else. */
  private static final class Quoting extends StandardRepresenter {
    Quoting(DumpSettings settings) {
      super(settings);
      representers.put(
          String.class,
          data -> {
            String text = (String) data;
            boolean plain =
                PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
            return representScalar(
                Tag.STR, text, plain ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED);
          });
    }
  }
}
