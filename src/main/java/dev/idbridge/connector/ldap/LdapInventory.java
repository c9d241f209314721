package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Inventory;
import dev.idbridge.connector.spi.ListedAccount;
import dev.idbridge.connector.spi.ListedTeam;
import dev.idbridge.connector.spi.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All persons and groups under the search base, in one paged search each (RFC 2696), on one
 * connection: the server remembers where a search stands, so that it can only begin anew.
 */
final class LdapInventory implements Inventory {
  private static final int PAGE = 200;

  private final LdapLayout layout;
  private final LdapPool pool;

  LdapInventory(LdapLayout layout, LdapPool pool) {
    this.layout = layout;
    this.pool = pool;
  }

  @Override
  public Outcome.@Nullable Failure accounts(
      Pages<ListedAccount> pages, String from, Deadline deadline) {
    return all(
        layout.userClasses().getFirst(),
        pages,
        this::account,
        deadline,
        LdapSession.UUID,
        "uid",
        "cn",
        "displayName",
        "givenName",
        "sn",
        "mail",
        layout.disabledAttribute());
  }

  @Override
  public Outcome.@Nullable Failure teams(Pages<ListedTeam> pages, String from, Deadline deadline) {
    return all(
        layout.groupClass(),
        pages,
        entry -> new ListedTeam(LdapSession.id(entry), text(entry, "cn"), entry.getDN()),
        deadline,
        LdapSession.UUID,
        "cn");
  }

  @Override
  public Outcome.@Nullable Failure members(String team, Pages<String> pages, Deadline deadline) {
    try {
      pool.with(
          deadline,
          RateClass.READ,
          session -> {
            SearchResultEntry group = session.get(team, layout.memberAttribute());
            String[] names =
                group == null ? null : group.getAttributeValues(layout.memberAttribute());
            List<String> page = new ArrayList<>();
            for (String name : names == null ? new String[0] : names) {
              String person = person(session, name);
              if (person != null) {
                page.add(person);
              }
              if (page.size() == PAGE) {
                pages.take(page);
                page = new ArrayList<>();
              }
            }
            pages.take(page);
            return true;
          });
      return null;
    } catch (LdapFailure e) {
      return e.outcome();
    }
  }

  /** The remote id of a member, or null when it is no person, or gone. */
  private @Nullable String person(LdapSession session, String name) throws LDAPException {
    if (!DN.isValidDN(name)) {
      return null;
    }
    SearchResultEntry entry = session.at(name, LdapSession.UUID, "objectClass");
    return entry != null && entry.hasObjectClass(layout.userClasses().getFirst())
        ? LdapSession.id(entry)
        : null;
  }

  private <T> Outcome.@Nullable Failure all(
      String objectClass,
      Pages<T> pages,
      Function<SearchResultEntry, T> shown,
      Deadline deadline,
      String... attributes) {
    try {
      pool.with(
          deadline,
          RateClass.READ,
          session -> {
            session.each(
                Filter.createEqualityFilter("objectClass", objectClass),
                page -> pages.take(page.stream().map(shown).toList()),
                attributes);
            return true;
          });
      return null;
    } catch (LdapFailure e) {
      return e.outcome();
    }
  }

  private ListedAccount account(SearchResultEntry entry) {
    String displayName = entry.getAttributeValue("displayName");
    String[] mail = entry.getAttributeValues("mail");
    String[] disabled = entry.getAttributeValues(layout.disabledAttribute());
    return new ListedAccount(
        LdapSession.id(entry),
        entry.getDN(),
        text(entry, "uid"),
        displayName == null ? entry.getAttributeValue("cn") : displayName,
        entry.getAttributeValue("givenName"),
        entry.getAttributeValue("sn"),
        mail == null ? List.of() : List.of(mail),
        disabled == null
            || Arrays.stream(disabled).noneMatch(layout.disabledValue()::equalsIgnoreCase));
  }

  private static String text(SearchResultEntry entry, String attribute) {
    String value = entry.getAttributeValue(attribute);
    return value == null ? "" : value;
  }
}
