package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.config.Scope;
import dev.idbridge.delivery.Scopes.Verdict;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Above;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.model.Resource;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.OfAttribute;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.To;
import dev.idbridge.model.Ruling;
import dev.idbridge.model.Ruling.Asked;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what an app's rules make of one user, and why; nothing is written. Stateless. */
public final class Rulings {
  private Rulings() {}

  /**
   * @param groups those that hold the user
   */
  public static Ruling of(
      App app, long id, Target user, Collection<Resource.Group> groups, Targets targets) {
    Resource.User resource = (Resource.User) user.resource();
    AppConfig config = app.config();
    Map<String, String> unselected = new HashMap<>();
    for (Resource.Group group : groups) {
      String why =
          config.teams().named(group.displayName()) == null ? selection(config, group) : "";
      if (!why.isEmpty()) {
        unselected.put(group.displayName(), why);
      }
    }
    String unmapped = "";
    try {
      Mapped.of(resource, Desired.account(resource), config.mapping());
    } catch (MappingFailed failed) {
      unmapped = String.valueOf(failed.getMessage());
    }
    RoleRules rules = config.roles();
    return new Ruling(
        outside(config.scope(), id, user, targets),
        unmapped,
        rules != null && rules.protects(resource.userName()),
        config.accounts().memberships() == OnReactivate.RESTORE,
        rules != null && app.capabilities().roles().any(),
        rules == null || user.deleted() ? List.of() : asked(rules, resource, targets.above(id)),
        unselected);
  }

  /** Why the group has no team of its own; empty when it has. */
  private static String selection(AppConfig config, Resource.Group group) {
    AppConfig.Groups groups = config.teams().groups();
    try {
      if (Desired.selected(groups, group)) {
        return "";
      }
    } catch (EvaluationFailed failed) {
      return "teams.groups.expression cannot be worked out for the group: " + failed.getMessage();
    }
    return switch (groups) {
      case AppConfig.Groups.All all -> "";
      case AppConfig.Groups.None none -> "teams.groups is none: no group has a team in this app";
      case AppConfig.Groups.Prefix(String prefix) ->
          "teams.groups takes groups whose names begin with '" + prefix + "'";
      case AppConfig.Groups.Names(List<String> names) ->
          "teams.groups takes these groups only: " + listed(names);
      case AppConfig.Groups.Matching matching ->
          "teams.groups.expression does not hold for the group: " + matching.condition().source();
    };
  }

  private static String outside(Scope scope, long id, Target user, Targets targets) {
    Verdict verdict = new Scopes(targets).of(scope, Map.of(id, user)).getOrDefault(id, Verdict.IN);
    if (!verdict.unclear().isEmpty()) {
      return "whether the user is in scope cannot be told, so that nothing is done: "
          + verdict.unclear();
    }
    if (verdict.inside()) {
      return "";
    }
    return switch (scope) {
      case Scope.Everyone everyone -> "";
      case Scope.Groups(List<String> names) ->
          "scope.groups: the user is in none of them, directly or through groups within: "
              + listed(names);
      case Scope.Matching matching ->
          "scope.expression does not hold for the user: " + matching.condition().source();
    };
  }

  private static String listed(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(names.size(), 20)));
    return names.size() > 20 ? first + " and " + (names.size() - 20) + " more" : first;
  }

  private static List<Asked> asked(RoleRules rules, Resource.User user, Collection<Above> above) {
    Set<String> holders = above.stream().map(Above::key).collect(Collectors.toSet());
    List<Asked> asked = new ArrayList<>();
    rules.base().forEach(grant -> asked.add(new Asked("default", grant.toString(), true, false)));
    for (RoleRules.Rule rule : rules.rules()) {
      boolean holds =
          switch (rule) {
            case OfGroup of -> holders.contains(Targets.key(of.group()));
            case OfAttribute of -> of.holds(user.attributes());
          };
      boolean toTeam = rule instanceof OfGroup of && of.to() == To.TEAM;
      rule.grants()
          .forEach(grant -> asked.add(new Asked(rule.text(), grant.toString(), holds, toTeam)));
    }
    return asked;
  }
}
