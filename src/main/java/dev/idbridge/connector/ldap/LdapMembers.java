package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Memberships: one modify with all removals and additions. Where that fails because some item was
 * so already, or because the group would be left without any member, the items go one by one. So
 * they do where a rename is unfinished: the group may name the account in either way.
 */
final class LdapMembers {
  private static final Set<ResultCode> ONE_BY_ONE =
      Set.of(
          ResultCode.ATTRIBUTE_OR_VALUE_EXISTS,
          ResultCode.NO_SUCH_ATTRIBUTE,
          ResultCode.OBJECT_CLASS_VIOLATION);

  private final LdapLayout layout;
  private final LdapPool pool;

  LdapMembers(LdapLayout layout, LdapPool pool) {
    this.layout = layout;
    this.pool = pool;
  }

  BatchOutcome apply(MemberPlan plan, Deadline deadline) {
    try {
      return pool.with(deadline, RateClass.GROUP_WRITE, session -> apply(plan, session));
    } catch (LdapFailure e) {
      return new BatchOutcome.Whole(e.outcome());
    }
  }

  private BatchOutcome apply(MemberPlan plan, LdapSession session)
      throws LDAPException, LdapFailure {
    List<String> items = Stream.concat(plan.removed().stream(), plan.added().stream()).toList();
    String team = team(plan.team(), session);
    if (team == null) {
      return BatchOutcome.all(items, new Outcome.NotFound("no entry " + plan.team()));
    }
    Map<String, List<String>> names = names(items, session);
    Map<String, Outcome> outcomes = new HashMap<>();
    List<Modification> modifications = new ArrayList<>();
    for (String item : items) {
      if (!names.containsKey(item)) {
        outcomes.put(item, new Outcome.NotFound("no entry " + item));
      }
    }
    List<String> removed = present(plan.removed(), names);
    List<String> added = present(plan.added(), names);
    if (!removed.isEmpty()) {
      modifications.add(change(ModificationType.DELETE, removed, names));
    }
    if (!added.isEmpty()) {
      modifications.add(change(ModificationType.ADD, added, names));
    }
    if (modifications.isEmpty()) {
      return new BatchOutcome.Items(outcomes);
    }
    if (removed.stream().anyMatch(item -> of(item, names).size() > 1)) {
      oneByOne(session, team, removed, added, names, outcomes);
      follow(session, team, added, names, outcomes);
      return new BatchOutcome.Items(outcomes);
    }
    try {
      session.modify(team, modifications);
      Stream.concat(removed.stream(), added.stream())
          .forEach(item -> outcomes.put(item, new Outcome.Applied(item)));
    } catch (LDAPException e) {
      if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
        return BatchOutcome.all(items, new Outcome.NotFound("no entry " + plan.team()));
      }
      if (!ONE_BY_ONE.contains(e.getResultCode())) {
        throw e;
      }
      oneByOne(session, team, removed, added, names, outcomes);
    }
    follow(session, team, added, names, outcomes);
    return new BatchOutcome.Items(outcomes);
  }

  /**
   * Whoever was renamed between our look and our call came into the group by a name that is
   * nobody's any more. A rename that comes after this second look finds that name in the group and
   * exchanges it itself.
   */
  private void follow(
      LdapSession session,
      String team,
      List<String> added,
      Map<String, List<String>> names,
      Map<String, Outcome> outcomes)
      throws LDAPException {
    if (added.isEmpty()) {
      return;
    }
    Map<String, List<String>> now = names(added, session);
    for (String item : added) {
      String was = of(item, names).getLast();
      List<String> is = of(item, now);
      if (!is.isEmpty() && !is.contains(was)) {
        one(session, team, ModificationType.DELETE, item, was);
        outcomes.put(item, one(session, team, ModificationType.ADD, item, is.getLast()));
      }
    }
  }

  private static @Nullable String team(String id, LdapSession session) throws LDAPException {
    SearchResultEntry entry = session.entries(List.of(id), SearchRequest.NO_ATTRIBUTES).get(id);
    return entry == null ? null : entry.getDN();
  }

  /** The DNs each one that is there may be a member by; the last is the one it has now. */
  private static Map<String, List<String>> names(List<String> accounts, LdapSession session)
      throws LDAPException {
    Map<String, List<String>> names = new HashMap<>();
    for (Map.Entry<String, SearchResultEntry> found : session.entries(accounts, "uid").entrySet()) {
      names.put(found.getKey(), LdapRename.names(found.getValue(), session));
    }
    return names;
  }

  private static List<String> present(List<String> items, Map<String, List<String>> names) {
    return items.stream().filter(names::containsKey).toList();
  }

  private static List<String> of(String item, Map<String, List<String>> names) {
    return names.getOrDefault(item, List.of());
  }

  private Modification change(
      ModificationType type, List<String> items, Map<String, List<String>> names) {
    return change(type, items.stream().map(item -> of(item, names).getLast()).toList());
  }

  private Modification change(ModificationType type, List<String> members) {
    return new Modification(type, layout.memberAttribute(), members.toArray(String[]::new));
  }

  /** Items that find no time left, or no connection, stay without an outcome: a retry. */
  private void oneByOne(
      LdapSession session,
      String team,
      List<String> removed,
      List<String> added,
      Map<String, List<String>> names,
      Map<String, Outcome> outcomes) {
    for (String item : removed) {
      if (session.timeLeft()) {
        outcomes.put(item, remove(session, team, item, of(item, names)));
      }
    }
    for (String item : added) {
      if (session.timeLeft()) {
        String member = of(item, names).getLast();
        outcomes.put(item, one(session, team, ModificationType.ADD, item, member));
      }
    }
  }

  /** Who is not in the group by a name may have got another one since we looked. */
  private Outcome remove(LdapSession session, String team, String item, List<String> tried) {
    Outcome outcome = remove(session, team, item, tried, new Outcome.Already(item));
    if (!(outcome instanceof Outcome.Already)) {
      return outcome;
    }
    try {
      List<String> now = names(List.of(item), session).getOrDefault(item, tried);
      return now.equals(tried) ? outcome : remove(session, team, item, now, outcome);
    } catch (LDAPException e) {
      return new LdapFailure(session.last(), e, true).outcome();
    }
  }

  /** The present name last: a rename that ends meanwhile exchanges in that direction. */
  private Outcome remove(
      LdapSession session, String team, String item, List<String> members, Outcome none) {
    Outcome all = none;
    for (String member : members) {
      Outcome outcome = one(session, team, ModificationType.DELETE, item, member);
      if (!(outcome instanceof Outcome.Already) && !(all instanceof Outcome.Failure)) {
        all = outcome;
      }
    }
    return all;
  }

  private Outcome one(
      LdapSession session, String team, ModificationType type, String item, String member) {
    Modification one = change(type, List.of(member));
    try {
      session.modify(team, List.of(one));
      return new Outcome.Applied(item);
    } catch (LDAPException e) {
      ResultCode code = e.getResultCode();
      if (code.equals(ResultCode.ATTRIBUTE_OR_VALUE_EXISTS)
          || code.equals(ResultCode.NO_SUCH_ATTRIBUTE)) {
        return new Outcome.Already(item);
      }
      if (code.equals(ResultCode.NO_SUCH_OBJECT)) {
        return new Outcome.NotFound("no entry " + team);
      }
      return code.equals(ResultCode.OBJECT_CLASS_VIOLATION) && type == ModificationType.DELETE
          ? lastOne(session, team, one, item)
          : new LdapFailure(session.last(), e, true).outcome();
    }
  }

  /** A group must have a member: the placeholder comes as the last one goes. */
  private Outcome lastOne(LdapSession session, String team, Modification removal, String item) {
    Modification placeholder =
        new Modification(
            ModificationType.ADD, layout.memberAttribute(), layout.placeholder().toString());
    try {
      session.modify(team, List.of(placeholder, removal));
      return new Outcome.Applied(item);
    } catch (LDAPException e) {
      return new LdapFailure(session.last(), e, true).outcome();
    }
  }

  Map<String, Seen> see(String team, List<String> accounts, Deadline deadline) {
    Map<String, Seen> seen = new HashMap<>();
    try {
      return pool.with(
          deadline,
          RateClass.GROUP_WRITE,
          session -> {
            String dn = team(team, session);
            Map<String, List<String>> members = dn == null ? Map.of() : names(accounts, session);
            for (Map.Entry<String, List<String>> member : members.entrySet()) {
              boolean there = dn != null && isMember(session, dn, member.getValue());
              seen.put(member.getKey(), there ? Seen.PRESENT : Seen.ABSENT);
            }
            return seen;
          });
    } catch (LdapFailure e) {
      return seen;
    }
  }

  private boolean isMember(LdapSession session, String team, List<String> names)
      throws LDAPException {
    for (String name : names) {
      try {
        if (session.compare(team, layout.memberAttribute(), name)) {
          return true;
        }
      } catch (LDAPException e) {
        if (!e.getResultCode().equals(ResultCode.NO_SUCH_ATTRIBUTE)) {
          throw e;
        }
      }
    }
    return false;
  }
}
