package dev.idbridge.config;

import dev.idbridge.config.AppConfig.Groups;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Grant;
import dev.idbridge.model.RoleRules.OfAttribute;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.Rule;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.model.RoleRules.To;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a {@code roles:} section and holds it against what the app can do. */
final class RoleReader {
  /** The most characters a role or a resource may have: a column's width. */
  private static final int LONGEST = 256;

  private static final List<String> KEYS =
      List.of(
          "default",
          "rules",
          "strip",
          "order",
          "protected-accounts",
          "protected-roles",
          "last-holder");

  private final Section s;
  private final Capabilities.@Nullable Roles can;
  private final Groups selected;

  /** Team by group, in the order of the rules. */
  private final Map<String, String> named = new LinkedHashMap<>();

  /** Rules that grant roles to the team a group is. */
  private final Map<String, Section> toTeams = new LinkedHashMap<>();

  /**
   * @param can what the app takes; null when that is not known, because other problems were noted
   * @param selected which groups reach the app
   */
  RoleReader(Section s, Capabilities.@Nullable Roles can, Groups selected) {
    this.s = s;
    this.can = can;
    this.selected = selected;
  }

  /** Team by group, as the rules name them; known once they were read. */
  Map<String, String> named() {
    return named;
  }

  RoleRules read() {
    List<Grant> base = grants(s, "default", List.of(""));
    List<Rule> rules = new ArrayList<>();
    for (Section one : s.sections("rules")) {
      Rule rule = rule(one);
      if (rule != null) {
        rules.add(rule);
      }
    }
    toTeams.forEach(this::ownTeam);
    RoleRules roles =
        new RoleRules(
            base,
            rules,
            s.choice("strip", Strip.OURS, Strip.class),
            s.list("order"),
            s.list("protected-accounts"),
            s.list("protected-roles"),
            s.list("last-holder"));
    if (can != null) {
      check(roles, can);
    }
    return roles;
  }

  private List<Grant> grants(Section at, String key, List<String> resources) {
    List<Grant> grants = new ArrayList<>();
    for (String role : at.list(key)) {
      if (role.isBlank() || role.length() > LONGEST) {
        at.problem(key, "has a role that is blank or longer than " + LONGEST + " characters");
      } else {
        resources.forEach(resource -> grants.add(new Grant(role, resource)));
      }
    }
    return grants.stream().distinct().toList();
  }

  private @Nullable Rule rule(Section one) {
    String group = one.text("group");
    String attribute = one.text("attribute");
    String value = one.text("value");
    List<String> resources = one.list("resource");
    for (String resource : resources) {
      if (resource.length() > LONGEST) {
        one.problem("resource", "is longer than " + LONGEST + " characters");
      }
    }
    List<Grant> grants = grants(one, "role", resources.isEmpty() ? List.of("") : resources);
    To to = one.choice("to", To.MEMBERS, To.class);
    String team = one.text("team");
    if (grants.isEmpty() && (team == null || one.says("role"))) {
      one.problem(
          "role",
          "is missing; name the role, or a list of roles, that the rule grants, or the team that"
              + " the group is");
    }
    if (can != null && can.any() && !grants.isEmpty()) {
      allowed(one, can, to, !resources.isEmpty());
    }
    if (team != null) {
      team(one, group, team);
      if (grants.isEmpty()) {
        bare(one, resources);
        return null;
      }
    }
    if ((group == null) == (attribute == null)) {
      one.problem(
          group == null ? "group" : "attribute",
          group == null
              ? "is missing; a rule asks about a group, or about an attribute and its value"
              : "stands beside group; write two rules");
      return null;
    }
    if (group != null) {
      if (value != null) {
        one.problem("value", "belongs to attribute; leave it out");
      }
      if (to == To.TEAM) {
        toTeams.putIfAbsent(group, one);
      }
      return new OfGroup(group, grants, to);
    }
    if (value == null) {
      one.problem("value", "is missing; the role is granted to users whose attribute has it");
      return null;
    }
    if (to == To.TEAM) {
      one.problem("to", "is team, but an attribute is a user's; write members");
    }
    return new OfAttribute(attribute == null ? "" : attribute, value, grants);
  }

  /** The group is this team in the app, in place of one of its own. */
  private void team(Section one, @Nullable String group, String team) {
    if (team.isBlank() || team.length() > LONGEST) {
      one.problem("team", "is blank or longer than " + LONGEST + " characters");
      return;
    }
    if (group == null) {
      if (one.says("attribute")) {
        one.problem(
            "team", "stands beside attribute, but only a group can be a team; leave it out");
      }
      return;
    }
    if (!mayReach(group)) {
      one.problem(
          "team",
          "is set, but teams.groups does not let the group '"
              + group
              + "' reach the app; select it");
    }
    named.forEach(
        (other, its) -> {
          if (other.equalsIgnoreCase(group) && !its.equals(team)) {
            one.problem(
                "team",
                "is '" + team + "', but another rule makes the group '" + its + "'; one of them");
          } else if (its.equalsIgnoreCase(team) && !its.equals(team)) {
            one.problem(
                "team",
                "is '" + team + "', which another rule spells '" + its + "'; spell it one way");
          }
        });
    named.putIfAbsent(group, team);
  }

  private static void bare(Section one, List<String> resources) {
    if (!resources.isEmpty()) {
      one.problem("resource", "belongs to a role, and the rule names none; leave it out");
    }
    if (one.says("to")) {
      one.problem("to", "belongs to a role, and the rule names none; leave it out");
    }
    if (one.says("value")) {
      one.problem("value", "belongs to attribute; leave it out");
    }
    if (!one.says("group") && !one.says("attribute")) {
      one.problem("group", "is missing; which group is the team");
    }
  }

  private boolean mayReach(String group) {
    return switch (selected) {
      case Groups.All all -> true;
      case Groups.None none -> false;
      case Groups.Matching anything -> true;
      case Groups.Prefix(String prefix) ->
          group.toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT));
      case Groups.Names(List<String> names) -> names.stream().anyMatch(group::equalsIgnoreCase);
    };
  }

  /** Roles of a team belong to the group it comes from, so it must come from one alone. */
  private void ownTeam(String group, Section one) {
    named.forEach(
        (other, team) -> {
          if (other.equalsIgnoreCase(group)) {
            one.problem(
                "to",
                "is team, but a rule makes the group the team '"
                    + team
                    + "', which other groups may feed, so that their members would hold the role,"
                    + " too; write to: members, which grants it to this group's members alone");
          }
        });
  }

  private static void allowed(Section one, Capabilities.Roles can, To to, boolean resource) {
    if (to == To.TEAM && !can.onTeams()) {
      one.problem("to", "is team, but the app takes roles for accounts only; write members");
    }
    if (to == To.MEMBERS && !can.onAccounts()) {
      one.problem("to", "is members, but the app takes roles for teams only; write team");
    }
    if (resource && !can.onResources()) {
      one.problem("resource", "is set, but roles of the app hold for the whole app; leave it out");
    }
  }

  private void check(RoleRules roles, Capabilities.Roles app) {
    if (!app.any()) {
      for (String key : KEYS) {
        boolean unused =
            (key.equals("strip") && roles.strip() == Strip.OURS)
                || (key.equals("rules") && roles.rules().isEmpty() && !named.isEmpty());
        if (s.says(key) && !unused) {
          s.problem(
              key,
              "is set, but the app takes no roles as its settings stand; leave roles out, or see"
                  + " whether its connector has a setting for them");
        }
      }
      return;
    }
    Set<String> named = roles.roles();
    if (!app.oneOnly() && !roles.order().isEmpty()) {
      s.problem("order", "is set, but the app takes several roles at one time; leave it out");
    }
    if (app.oneOnly() && named.size() > 1) {
      Set<String> missing = new HashSet<>(named);
      missing.removeAll(roles.order());
      if (!missing.isEmpty()) {
        s.problem(
            "order",
            "must name every role, highest first, since the app takes one role only; missing: "
                + String.join(", ", missing.stream().sorted().toList()));
      }
    }
    lastHolder(roles, app);
    for (String role : roles.protectedRoles()) {
      if (named.contains(role)) {
        s.problem(
            "protected-roles",
            "has '"
                + role
                + "', which a rule or the default grants; no push may grant a protected role, so"
                + " take it out of one of them");
      }
    }
  }

  /** Who leaves a team loses its roles unseen, so only what accounts hold themselves is counted. */
  private void lastHolder(RoleRules roles, Capabilities.Roles app) {
    if (!roles.lastHolder().isEmpty() && !app.onAccounts()) {
      s.problem("last-holder", "is set, but the app takes roles for teams only; leave it out");
    }
    for (Rule rule : roles.rules()) {
      if (rule instanceof OfGroup of && of.to() == To.TEAM) {
        for (Grant grant : of.grants()) {
          if (roles.lastHolder().contains(grant.role())) {
            s.problem(
                "last-holder",
                "has '"
                    + grant.role()
                    + "', which the rule about the group '"
                    + of.group()
                    + "' grants to its team; whoever leaves a team loses its roles at once, so"
                    + " write to: members there");
          }
        }
      }
    }
  }
}
