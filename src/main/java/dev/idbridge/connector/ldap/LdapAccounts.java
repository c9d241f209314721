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
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.model.Account;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Accounts: person entries, anywhere under the search base; new ones under the users' base. */
final class LdapAccounts {
  private final LdapLayout layout;
  private final LdapPool pool;

  LdapAccounts(LdapLayout layout, LdapPool pool) {
    this.layout = layout;
    this.pool = pool;
  }

  Lookup<FoundAccount> find(AccountKeys keys, Deadline deadline) {
    try {
      return Lookup.of(pool.with(deadline, RateClass.USER_WRITE, session -> find(keys, session)));
    } catch (LdapFailure e) {
      return Lookup.failed(e.outcome());
    }
  }

  private List<FoundAccount> find(AccountKeys keys, LdapSession session) throws LDAPException {
    String externalId = keys.externalId();
    if (externalId != null) {
      List<FoundAccount> found =
          find(layout.externalIdAttribute(), List.of(externalId), true, session);
      if (!found.isEmpty()) {
        return found;
      }
    }
    List<FoundAccount> found = find("uid", List.of(keys.userName()), false, session);
    return found.isEmpty() && !keys.emails().isEmpty()
        ? find("mail", keys.emails(), false, session)
        : found;
  }

  private List<FoundAccount> find(
      String attribute, List<String> values, boolean exactly, LdapSession session)
      throws LDAPException {
    List<Filter> anyOf =
        values.stream().map(value -> Filter.createEqualityFilter(attribute, value)).toList();
    Filter filter =
        Filter.createANDFilter(
            Filter.createEqualityFilter("objectClass", layout.userClasses().getFirst()),
            Filter.createORFilter(anyOf));
    List<FoundAccount> found = new ArrayList<>();
    for (SearchResultEntry entry :
        session.find(filter, LdapSession.UUID, attribute, layout.disabledAttribute())) {
      // The server compares more loosely than we do: without regard to repeated blanks, at least.
      boolean same =
          Arrays.stream(values(entry, attribute))
              .anyMatch(
                  there ->
                      values.stream()
                          .anyMatch(v -> exactly ? v.equals(there) : v.equalsIgnoreCase(there)));
      if (same) {
        found.add(new FoundAccount(LdapSession.id(entry), entry.getDN(), !disabled(entry)));
      }
    }
    return found;
  }

  Lookup<String> see(String id, Account written, Deadline deadline) {
    try {
      return Lookup.of(
          pool.with(deadline, RateClass.USER_WRITE, session -> differing(id, written, session)));
    } catch (LdapFailure e) {
      return Lookup.failed(e.outcome());
    }
  }

  /** Attributes without a value may be hidden from us, and are not counted. */
  private List<String> differing(String id, Account written, LdapSession session)
      throws LDAPException {
    Map<String, List<String>> says = says(written);
    SearchResultEntry entry = session.get(id, says.keySet().toArray(String[]::new));
    List<String> differing = new ArrayList<>();
    says.forEach(
        (name, values) -> {
          String[] there = entry == null ? new String[] {""} : values(entry, name);
          if (there.length > 0 && !Arrays.asList(there).containsAll(values)) {
            differing.add(name);
          }
        });
    return differing;
  }

  Outcome apply(AccountPlan plan, Deadline deadline) {
    try {
      return pool.with(
          deadline,
          RateClass.USER_WRITE,
          session ->
              switch (plan) {
                case AccountPlan.Create create -> create(create.account(), session);
                case AccountPlan.Update update -> update(update, session);
                case AccountPlan.Enable enable -> enable(enable.remoteId(), session);
                case AccountPlan.Disable disable -> disable(disable.remoteId(), session);
                case AccountPlan.Delete delete -> delete(delete.remoteId(), session);
              });
    } catch (LdapFailure e) {
      return e.outcome();
    }
  }

  private Outcome create(Account account, LdapSession session) throws LDAPException {
    List<Attribute> attributes = new ArrayList<>();
    List<String> classes =
        Stream.concat(
                Stream.of("top", "person", "organizationalPerson"), layout.userClasses().stream())
            .distinct()
            .toList();
    attributes.add(new Attribute("objectClass", classes));
    says(account)
        .forEach(
            (name, values) -> {
              if (!values.isEmpty()) {
                attributes.add(new Attribute(name, values));
              }
            });
    if (!account.active()) {
      attributes.add(new Attribute(layout.disabledAttribute(), layout.disabledValue()));
    }
    String dn = new DN(new RDN("uid", account.userName()), layout.usersBase()).toString();
    session.add(new AddRequest(dn, attributes));
    return new Outcome.Applied(session.idAt(dn));
  }

  /** What an account says, by attribute; an empty list means that it has none. */
  private Map<String, List<String>> says(Account account) {
    String familyName = account.familyName();
    Map<String, List<String>> says = new LinkedHashMap<>();
    says.put("uid", List.of(account.userName()));
    says.put("cn", List.of(account.displayName()));
    // A person must have a surname (RFC 4519 section 3.12).
    boolean surname = familyName != null && !familyName.isBlank();
    says.put("sn", List.of(surname ? familyName : account.displayName()));
    says.put("givenName", one(account.givenName()));
    says.put("displayName", List.of(account.displayName()));
    says.put("mail", account.emails());
    says.put(layout.externalIdAttribute(), one(account.externalId()));
    return says;
  }

  private static List<String> one(@Nullable String value) {
    return value == null || value.isEmpty() ? List.of() : List.of(value);
  }

  private Outcome update(AccountPlan.Update update, LdapSession session)
      throws LDAPException, LdapFailure {
    String id = update.remoteId();
    Map<String, List<String>> wanted = says(update.account());
    SearchResultEntry entry = session.get(id, wanted.keySet().toArray(String[]::new));
    if (entry == null) {
      return gone(id);
    }
    Account before = update.before();
    Map<String, List<String>> had = before == null ? Map.of() : says(before);
    RDN rdn = entry.getRDN();
    boolean named = LdapRename.appliesTo(entry);
    List<Modification> modifications = new ArrayList<>();
    @Nullable LdapRename rename = null;
    for (Map.Entry<String, List<String>> attribute : wanted.entrySet()) {
      String name = attribute.getKey();
      List<String> values = attribute.getValue();
      boolean nothingToSay = before == null ? values.isEmpty() : values.equals(had.get(name));
      if (nothingToSay || same(values(entry, name), values)) {
        continue;
      }
      if (name.equals("uid") && named) {
        rename = new LdapRename(layout, session, entry, update.account().userName());
      } else {
        String[] all = withRdn(rdn, name, values);
        modifications.add(new Modification(ModificationType.REPLACE, name, all));
      }
    }
    if (rename == null && modifications.isEmpty()) {
      return new Outcome.Already(id);
    }
    try {
      String dn = entry.getDN();
      if (rename != null) {
        dn = rename.run();
        id = id.indexOf('=') >= 0 ? dn : id;
      }
      if (!modifications.isEmpty()) {
        session.modify(dn, modifications);
      }
    } catch (LDAPException e) {
      boolean there = !e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT);
      if (there && rename != null && rename.begun()) {
        throw LdapFailure.halfway(session.last(), e);
      }
      return goneOr(e, id);
    }
    if (rename != null && !rename.refused().isEmpty()) {
      return new Outcome.Unverified(
          "renamed, but groups name it still as before; let bind-dn change them, or do it there: "
              + String.join("; ", rename.refused()));
    }
    return new Outcome.Applied(id);
  }

  /** The values of the entry's own name cannot go away by a modify. */
  private static String[] withRdn(@Nullable RDN rdn, String name, List<String> values) {
    List<String> all = new ArrayList<>(values);
    if (rdn != null) {
      String[] names = rdn.getAttributeNames();
      for (int i = 0; i < names.length; i++) {
        String value = rdn.getAttributeValues()[i];
        if (names[i].equalsIgnoreCase(name) && all.stream().noneMatch(value::equalsIgnoreCase)) {
          all.add(value);
        }
      }
    }
    return all.toArray(String[]::new);
  }

  private static boolean same(String[] there, List<String> values) {
    return there.length == values.size() && new HashSet<>(Arrays.asList(there)).containsAll(values);
  }

  private Outcome disable(String id, LdapSession session) throws LDAPException {
    return mark(id, true, session);
  }

  private Outcome enable(String id, LdapSession session) throws LDAPException {
    return mark(id, false, session);
  }

  private Outcome mark(String id, boolean disabled, LdapSession session) throws LDAPException {
    SearchResultEntry entry = session.get(id, layout.disabledAttribute());
    if (entry == null) {
      return gone(id);
    }
    if (disabled(entry) == disabled) {
      return new Outcome.Already(id);
    }
    ModificationType type = disabled ? ModificationType.ADD : ModificationType.DELETE;
    try {
      session.modify(
          entry.getDN(),
          List.of(new Modification(type, layout.disabledAttribute(), layout.disabledValue())));
      return new Outcome.Applied(id);
    } catch (LDAPException e) {
      boolean already =
          e.getResultCode().equals(ResultCode.ATTRIBUTE_OR_VALUE_EXISTS)
              || e.getResultCode().equals(ResultCode.NO_SUCH_ATTRIBUTE);
      return already ? new Outcome.Already(id) : goneOr(e, id);
    }
  }

  private Outcome delete(String id, LdapSession session) throws LDAPException {
    SearchResultEntry entry = session.get(id, "1.1");
    if (entry == null) {
      return gone(id);
    }
    try {
      session.delete(entry.getDN());
      return new Outcome.Applied(id);
    } catch (LDAPException e) {
      return goneOr(e, id);
    }
  }

  private boolean disabled(SearchResultEntry entry) {
    return Arrays.stream(values(entry, layout.disabledAttribute()))
        .anyMatch(layout.disabledValue()::equalsIgnoreCase);
  }

  private static String[] values(SearchResultEntry entry, String attribute) {
    String[] values = entry.getAttributeValues(attribute);
    return values == null ? new String[0] : values;
  }

  private static Outcome gone(String id) {
    return new Outcome.NotFound("no entry " + id);
  }

  /** The entry may go between the look and the write. */
  private static Outcome goneOr(LDAPException e, String id) throws LDAPException {
    if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
      return gone(id);
    }
    throw e;
  }
}
