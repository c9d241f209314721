package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.delivery.GrantsWanted.Wanted;
import dev.idbridge.delivery.Scopes.Verdict;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Above;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.ledger.GrantRow.Why;
import dev.idbridge.model.Account;
import dev.idbridge.model.Resource;
import dev.idbridge.model.RoleRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an app's rules make of a user as the directory is now, without doing anything.
 *
 * @param account what the account would say; null when that cannot be told
 * @param why what speaks against a usable account, else empty
 * @param roles what rules would grant the account, each with what asks for it; none without one
 * @param teams the teams that it would be in, by name; none without one
 */
public record Preview(
    @Nullable Account account, String why, Map<String, List<String>> roles, List<String> teams) {

  /** Reads the user's memberships where the scope depends on them. */
  public static Preview of(App app, AppConfig rules, long id, Target user, Targets targets) {
    Resource.User resource = (Resource.User) user.resource();
    Verdict verdict =
        new Scopes(targets).of(rules.scope(), Map.of(id, user)).getOrDefault(id, Verdict.IN);
    if (!verdict.unclear().isEmpty()) {
      return new Preview(null, verdict.unclear(), Map.of(), List.of());
    }
    String why = "";
    if (user.deleted()) {
      why = "the user is deleted";
    } else if (!resource.active()) {
      why = "the user is not active";
    } else if (!verdict.inside()) {
      why = "the user is not in the app's scope";
    }
    try {
      Account account = Mapped.of(resource, Desired.account(resource), rules.mapping());
      if (!why.isEmpty()) {
        return new Preview(account.withActive(false), why, Map.of(), List.of());
      }
      List<Above> above = targets.above(id);
      return new Preview(
          account, why, roles(app, rules, resource, above), teams(app, rules, targets, above));
    } catch (MappingFailed failed) {
      return new Preview(null, String.valueOf(failed.getMessage()), Map.of(), List.of());
    }
  }

  private static Map<String, List<String>> roles(
      App app, AppConfig rules, Resource.User user, List<Above> above) {
    RoleRules granted = rules.roles();
    if (granted == null || !app.capabilities().roles().onAccounts()) {
      return Map.of();
    }
    Map<Role, Wanted> wanted = GrantsWanted.ofUser(granted, user, above);
    if (app.capabilities().roles().oneOnly()) {
      wanted.keySet().removeAll(GrantsWanted.outranked(granted, wanted.keySet()).keySet());
    }
    Map<String, List<String>> roles = new TreeMap<>();
    wanted.forEach(
        (role, because) ->
            roles.put(
                new RoleRules.Grant(role.name(), role.resource()).toString(),
                because.why().stream().map(Preview::text).toList()));
    return roles;
  }

  private static String text(Why why) {
    return why.path().isEmpty() ? why.rule() : why.rule() + " (" + why.path() + ")";
  }

  private static List<String> teams(App app, AppConfig rules, Targets targets, List<Above> above) {
    Map<Long, Target> groups = targets.groups(above.stream().map(Above::group).toList());
    Set<String> teams = new TreeSet<>();
    for (Above one : above) {
      Target target = groups.get(one.group());
      boolean reaches = !app.placed() || one.direct() == one.group();
      if (!reaches || target == null || !(target.resource() instanceof Resource.Group group)) {
        continue;
      }
      try {
        if (Desired.selected(rules.teams().groups(), group)) {
          String named = rules.teams().named(group.displayName());
          teams.add(named == null ? group.displayName() : named);
        }
      } catch (EvaluationFailed unclear) {
        teams.add(group.displayName() + " (unclear: " + unclear.getMessage() + ")");
      }
    }
    return List.copyOf(teams);
  }
}
