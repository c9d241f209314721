package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.ResultCode;
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

/**
 * Memberships: one modify with all removals and additions. Where that fails because some item was
 * so already, or because the group would be left without any member, the items go one by one.
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
      return pool.with(deadline, session -> apply(plan, session));
    } catch (LdapFailure e) {
      return new BatchOutcome.Whole(e.outcome());
    }
  }

  private BatchOutcome apply(MemberPlan plan, LdapSession session)
      throws LDAPException, LdapFailure {
    List<String> items = Stream.concat(plan.removed().stream(), plan.added().stream()).toList();
    String team = session.dns(List.of(plan.team())).get(plan.team());
    if (team == null) {
      return BatchOutcome.all(items, new Outcome.NotFound("no entry " + plan.team()));
    }
    Map<String, String> dns = session.dns(items);
    Map<String, Outcome> outcomes = new HashMap<>();
    List<Modification> modifications = new ArrayList<>();
    for (String item : items) {
      String dn = dns.get(item);
      if (dn == null) {
        outcomes.put(item, new Outcome.NotFound("no entry " + item));
      }
    }
    List<String> removed = present(plan.removed(), dns);
    List<String> added = present(plan.added(), dns);
    if (!removed.isEmpty()) {
      modifications.add(change(ModificationType.DELETE, removed, dns));
    }
    if (!added.isEmpty()) {
      modifications.add(change(ModificationType.ADD, added, dns));
    }
    if (modifications.isEmpty()) {
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
      for (String item : removed) {
        oneByOne(session, team, ModificationType.DELETE, item, dns, outcomes);
      }
      for (String item : added) {
        oneByOne(session, team, ModificationType.ADD, item, dns, outcomes);
      }
    }
    return new BatchOutcome.Items(outcomes);
  }

  private static List<String> present(List<String> items, Map<String, String> dns) {
    return items.stream().filter(dns::containsKey).toList();
  }

  private Modification change(ModificationType type, List<String> items, Map<String, String> dns) {
    return new Modification(
        type, layout.memberAttribute(), items.stream().map(dns::get).toArray(String[]::new));
  }

  /** Items that find no time left, or no connection, stay without an outcome: a retry. */
  private void oneByOne(
      LdapSession session,
      String team,
      ModificationType type,
      String item,
      Map<String, String> dns,
      Map<String, Outcome> outcomes) {
    if (!session.timeLeft()) {
      return;
    }
    Modification one = change(type, List.of(item), dns);
    try {
      session.modify(team, List.of(one));
      outcomes.put(item, new Outcome.Applied(item));
    } catch (LDAPException e) {
      ResultCode code = e.getResultCode();
      if (code.equals(ResultCode.ATTRIBUTE_OR_VALUE_EXISTS)
          || code.equals(ResultCode.NO_SUCH_ATTRIBUTE)) {
        outcomes.put(item, new Outcome.Already(item));
      } else if (code.equals(ResultCode.NO_SUCH_OBJECT)) {
        outcomes.put(item, new Outcome.NotFound("no entry " + team));
      } else if (code.equals(ResultCode.OBJECT_CLASS_VIOLATION)
          && type == ModificationType.DELETE) {
        outcomes.put(item, lastOne(session, team, one, item));
      } else {
        outcomes.put(item, new LdapFailure(session.last(), e, true).outcome());
      }
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
          session -> {
            String dn = session.dns(List.of(team)).get(team);
            Map<String, String> members = dn == null ? Map.of() : session.dns(accounts);
            for (Map.Entry<String, String> member : members.entrySet()) {
              boolean there = dn != null && isMember(session, dn, member.getValue());
              seen.put(member.getKey(), there ? Seen.PRESENT : Seen.ABSENT);
            }
            return seen;
          });
    } catch (LdapFailure e) {
      return seen;
    }
  }

  private boolean isMember(LdapSession session, String team, String member) throws LDAPException {
    try {
      return session.compare(team, layout.memberAttribute(), member);
    } catch (LDAPException e) {
      if (e.getResultCode().equals(ResultCode.NO_SUCH_ATTRIBUTE)) {
        return false;
      }
      throw e;
    }
  }
}
