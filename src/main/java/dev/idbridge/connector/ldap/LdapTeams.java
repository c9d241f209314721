package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.AddRequest;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Team;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Teams: group entries, found anywhere under the search base; new ones are made under the groups'
 * base with {@code businessCategory: group}.
 */
final class LdapTeams {
  private static final String TYPE = "businessCategory";

  private final LdapLayout layout;
  private final LdapPool pool;

  LdapTeams(LdapLayout layout, LdapPool pool) {
    this.layout = layout;
    this.pool = pool;
  }

  Lookup<FoundTeam> find(TeamKeys keys, Deadline deadline) {
    Filter filter =
        Filter.createANDFilter(
            Filter.createEqualityFilter("objectClass", layout.groupClass()),
            Filter.createEqualityFilter("cn", keys.name()));
    try {
      List<SearchResultEntry> entries =
          pool.with(
              deadline,
              RateClass.GROUP_WRITE,
              session -> session.find(filter, LdapSession.UUID, "cn", TYPE));
      List<FoundTeam> found = new ArrayList<>();
      for (SearchResultEntry entry : entries) {
        String[] names = entry.getAttributeValues("cn");
        if (names != null && Arrays.stream(names).anyMatch(keys.name()::equalsIgnoreCase)) {
          String type = entry.getAttributeValue(TYPE);
          found.add(new FoundTeam(LdapSession.id(entry), entry.getDN(), type == null ? "" : type));
        }
      }
      return Lookup.of(found);
    } catch (LdapFailure e) {
      return Lookup.failed(e.outcome());
    }
  }

  /** A server without {@code entryUUID} knows an entry by its DN only, which a rename changes. */
  Lookup<FoundTeam> see(String id, Deadline deadline) {
    try {
      Optional<SearchResultEntry> found =
          pool.with(
              deadline,
              RateClass.READ,
              session -> Optional.ofNullable(session.get(id, "cn", TYPE)));
      if (found.isEmpty()) {
        return id.indexOf('=') < 0
            ? Lookup.of(List.of())
            : Lookup.failed(
                new Outcome.Unverified(
                    "the directory server gives entries no entryUUID: whether "
                        + id
                        + " was deleted or renamed cannot be told"));
      }
      SearchResultEntry entry = found.get();
      String type = entry.getAttributeValue(TYPE);
      return Lookup.of(List.of(new FoundTeam(id, entry.getDN(), type == null ? "" : type)));
    } catch (LdapFailure e) {
      return Lookup.failed(e.outcome());
    }
  }

  Outcome apply(TeamPlan plan, Deadline deadline) {
    try {
      return pool.with(
          deadline,
          RateClass.GROUP_WRITE,
          session ->
              switch (plan) {
                case TeamPlan.Create create -> create(create.team(), session);
                case TeamPlan.Rename rename -> rename(rename, session);
                case TeamPlan.Move move -> TeamPlan.Move.impossible();
                case TeamPlan.Delete delete -> delete(delete, session);
              });
    } catch (LdapFailure e) {
      return e.outcome();
    }
  }

  private Outcome create(Team team, LdapSession session) throws LDAPException {
    String dn = new DN(new RDN("cn", team.name()), layout.groupsBase()).toString();
    session.add(
        new AddRequest(
            dn,
            new Attribute("objectClass", "top", layout.groupClass()),
            new Attribute("cn", team.name()),
            new Attribute(TYPE, Team.TYPE),
            new Attribute(layout.memberAttribute(), layout.placeholder().toString())));
    return new Outcome.Applied(session.idAt(dn));
  }

  private static Outcome rename(TeamPlan.Rename rename, LdapSession session) throws LDAPException {
    String id = rename.remoteId();
    String name = rename.team().name();
    SearchResultEntry entry = session.get(id, "cn");
    if (entry == null) {
      return gone(id);
    }
    RDN rdn = entry.getRDN();
    boolean named = rdn != null && !rdn.isMultiValued() && rdn.hasAttribute("cn");
    String[] names = entry.getAttributeValues("cn");
    if (names != null && names.length == 1 && names[0].equals(name)) {
      return new Outcome.Already(id);
    }
    try {
      if (named) {
        String dn = session.rename(entry.getDN(), "cn", name, true);
        return new Outcome.Applied(id.indexOf('=') >= 0 ? dn : id);
      }
      session.modify(
          entry.getDN(), List.of(new Modification(ModificationType.REPLACE, "cn", name)));
      return new Outcome.Applied(id);
    } catch (LDAPException e) {
      if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
        return gone(id);
      }
      throw e;
    }
  }

  private Outcome delete(TeamPlan.Delete delete, LdapSession session) throws LDAPException {
    String id = delete.remoteId();
    SearchResultEntry entry =
        session.get(id, delete.evenIfNotEmpty() ? "1.1" : layout.memberAttribute());
    if (entry == null) {
      return gone(id);
    }
    String[] members = entry.getAttributeValues(layout.memberAttribute());
    for (String member : members == null ? new String[0] : members) {
      if (!member.isEmpty() && !isPlaceholder(member)) {
        return new Outcome.Conflict(
            "kept: " + entry.getDN() + " still has members that are not ours");
      }
    }
    try {
      session.delete(entry.getDN());
      return new Outcome.Applied(id);
    } catch (LDAPException e) {
      if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
        return gone(id);
      }
      throw e;
    }
  }

  private boolean isPlaceholder(String member) {
    try {
      return new DN(member).equals(layout.placeholder());
    } catch (LDAPException e) {
      return false;
    }
  }

  private static Outcome gone(String id) {
    return new Outcome.NotFound("no entry " + id);
  }
}
