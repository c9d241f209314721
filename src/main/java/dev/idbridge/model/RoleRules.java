package dev.idbridge.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which roles an app's accounts and teams should hold: the {@code roles:} of one app, as they were
 * written. Rules are additive.
 *
 * @param base every account holds these; empty for none
 * @param strip which roles are taken away when nothing asks for them any more
 * @param order of apps that hold one role only: the roles, highest first
 * @param protectedAccounts user names that no push grants anything to, takes anything from, or
 *     disables
 * @param protectedRoles roles that no rule grants and no push takes away
 * @param lastHolder roles that are never taken from the last active account that holds them
 */
public record RoleRules(
    List<Grant> base,
    List<Rule> rules,
    Strip strip,
    List<String> order,
    List<String> protectedAccounts,
    List<String> protectedRoles,
    List<String> lastHolder) {
  /** No rules: only what administrators grant. */
  public static final RoleRules NONE =
      new RoleRules(List.of(), List.of(), Strip.OURS, List.of(), List.of(), List.of());

  /** The same without roles that have to keep a holder. */
  public RoleRules(
      List<Grant> base,
      List<Rule> rules,
      Strip strip,
      List<String> order,
      List<String> protectedAccounts,
      List<String> protectedRoles) {
    this(base, rules, strip, order, protectedAccounts, protectedRoles, List.of());
  }

  public RoleRules {
    base = List.copyOf(base);
    rules = List.copyOf(rules);
    order = List.copyOf(order);
    protectedAccounts = List.copyOf(protectedAccounts);
    protectedRoles = List.copyOf(protectedRoles);
    lastHolder = List.copyOf(lastHolder);
  }

  /** Whose roles are taken away. */
  public enum Strip {
    /** Those that we granted. */
    OURS,
    /** Also those that a rule asks for and that were held before we came. */
    ALL
  }

  /** To whom a rule about a group grants. */
  public enum To {
    /** To each member's account, direct and inherited. */
    MEMBERS,
    /** To the team that the group is in the app. */
    TEAM
  }

  /**
   * @param resource what the role is limited to; empty for the whole app
   */
  public record Grant(String role, String resource) {
    /** The role, and after an @ the resource if there is one. */
    @Override
    public String toString() {
      return resource.isEmpty() ? role : role + "@" + resource;
    }
  }

  /** One line of the rules. */
  public sealed interface Rule {
    List<Grant> grants();

    /** What the rule asks about, such as {@code group Engineering}. */
    String text();
  }

  /**
   * @param group display name, compared as names are
   */
  public record OfGroup(String group, List<Grant> grants, To to) implements Rule {
    public OfGroup {
      grants = List.copyOf(grants);
    }

    @Override
    public String text() {
      return "group " + group;
    }
  }

  /**
   * @param attribute a user attribute: {@code title}, {@code name.familyName}, {@code emails.type},
   *     or one of an extension, {@code urn:...:User:department}
   * @param value one of the attribute's values, without regard to case
   */
  public record OfAttribute(String attribute, String value, List<Grant> grants) implements Rule {
    public OfAttribute {
      grants = List.copyOf(grants);
    }

    @Override
    public String text() {
      return "attribute " + attribute + " = " + value;
    }

    /** Whether the user has the value. */
    public boolean holds(Attributes user) {
      int colon = attribute.lastIndexOf(':');
      Attributes tree = colon < 0 ? user : user.complex(attribute.substring(0, colon));
      return holds(tree, attribute.substring(colon + 1));
    }

    private boolean holds(Attributes tree, String path) {
      int dot = path.indexOf('.');
      Object found = tree.get(dot < 0 ? path : path.substring(0, dot));
      return holds(found, dot < 0 ? null : path.substring(dot + 1));
    }

    private boolean holds(@Nullable Object found, @Nullable String rest) {
      return switch (found) {
        case null -> false;
        case List<?> list -> list.stream().anyMatch(one -> holds(one, rest));
        case Attributes inner -> holds(inner, rest == null ? "value" : rest);
        default -> rest == null && found.toString().equalsIgnoreCase(value);
      };
    }
  }

  /** Every role that a rule or the base grants, in the order first named. */
  public Set<String> roles() {
    Set<String> names = new LinkedHashSet<>();
    base.forEach(grant -> names.add(grant.role()));
    rules.forEach(rule -> rule.grants().forEach(grant -> names.add(grant.role())));
    return names;
  }

  /** Names of the groups that rules ask about. */
  public Set<String> groups() {
    Set<String> names = new TreeSet<>();
    for (Rule rule : rules) {
      if (rule instanceof OfGroup of) {
        names.add(of.group());
      }
    }
    return names;
  }

  /** Whether no push touches the roles or the use of this account. */
  public boolean protects(String userName) {
    return protectedAccounts.stream().anyMatch(userName::equalsIgnoreCase);
  }
}
