package dev.idbridge.demo;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The LDAP server of the demo: how its tree begins, how the bridge is told of it, what it holds.
 */
final class LdapDirectory {
  static final String FOREIGN = "backup-robot";
  static final String OLD_PLACE = " (in ou=old teams)";
  private static final String SUFFIX = "dc=example,dc=com";
  private static final String ADMIN = "cn=admin," + SUFFIX;
  private static final String PASSWORD = "demo-only";
  private static final String PEOPLE = "ou=people," + SUFFIX;
  private static final String GROUPS = "ou=groups," + SUFFIX;
  private static final String OLD_TEAMS = "ou=old teams," + SUFFIX;
  private static final String PLACEHOLDER = "cn=placeholder," + GROUPS;

  final DemoLdap server = new DemoLdap(SUFFIX, ADMIN, PASSWORD, before());

  /**
   * The tree as it was before any bridge: one service account, and a team in a place of its own.
   */
  private static List<Entry> before() {
    String robot = "uid=" + FOREIGN + "," + PEOPLE;
    return List.of(
        entry(SUFFIX, "domain"),
        entry(PEOPLE, "organizationalUnit"),
        entry(GROUPS, "organizationalUnit"),
        entry(OLD_TEAMS, "organizationalUnit"),
        entry(
            robot,
            "inetOrgPerson",
            new Attribute("cn", "Backup Robot"),
            new Attribute("sn", "Robot"),
            new Attribute("displayName", "Backup Robot")),
        entry("cn=Platform," + OLD_TEAMS, "groupOfNames", new Attribute("member", robot)));
  }

  private static Entry entry(String dn, String objectClass, Attribute... more) {
    String[] name = dn.substring(0, dn.indexOf(',')).split("=", 2);
    Stream<Attribute> first =
        Stream.of(
            new Attribute("objectClass", "top", objectClass), new Attribute(name[0], name[1]));
    return new Entry(dn, Stream.concat(first, Arrays.stream(more)).toList());
  }

  /** The app's file. */
  String app() {
    return """
        connector: ldap
        settings:
          url: "ldap://127.0.0.1:%d"
          bind-dn: "%s"
          password: "%s"
          users-base: "%s"
          groups-base: "%s"
          search-base: "%s"
        """
        .formatted(server.port(), ADMIN, PASSWORD, PEOPLE, GROUPS, SUFFIX);
  }

  /** Read over LDAP, as any other client would. */
  Holdings holdings() throws DemoFailed {
    Holdings holdings = new Holdings();
    try (LDAPConnection connection =
        new LDAPConnection("127.0.0.1", server.port(), ADMIN, PASSWORD)) {
      for (SearchResultEntry person : search(connection, "inetOrgPerson")) {
        holdings.account(
            value(person, "uid"),
            value(person, "displayName"),
            !person.hasAttributeValue("employeeType", "inactive"));
      }
      for (SearchResultEntry team : search(connection, "groupOfNames")) {
        boolean old = DN.isDescendantOf(team.getDN(), OLD_TEAMS, false);
        holdings.teams.put(value(team, "cn") + (old ? OLD_PLACE : ""), members(team));
      }
    } catch (LDAPException e) {
      throw new DemoFailed("the LDAP server cannot be read: " + e.getMessage());
    }
    return holdings;
  }

  private static List<SearchResultEntry> search(LDAPConnection connection, String objectClass)
      throws LDAPException {
    return Objects.requireNonNull(
        connection
            .search(
                SUFFIX, SearchScope.SUB, Filter.createEqualityFilter("objectClass", objectClass))
            .getSearchEntries());
  }

  private static String value(SearchResultEntry entry, String attribute) {
    return Objects.requireNonNullElse(entry.getAttributeValue(attribute), "");
  }

  /** Their user names; the placeholder is nobody. */
  private static SortedSet<String> members(SearchResultEntry team) throws LDAPException {
    SortedSet<String> members = new TreeSet<>();
    String[] dns = team.getAttributeValues("member");
    for (String dn : dns == null ? new String[0] : dns) {
      RDN name = new DN(dn).getRDN();
      if (name != null && !DN.equals(dn, PLACEHOLDER)) {
        members.add(name.getAttributeValues()[0]);
      }
    }
    return members;
  }
}
