package dev.idbridge.crash;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.idbridge.crash.View.Account;
import dev.idbridge.crash.View.Team;
import dev.idbridge.testing.LdapApp;
import dev.idbridge.testing.LdapTree;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An LDAP server: groups in groups are flattened, memberships come back only when said again. */
final class CrashLdapApp implements CrashApp {
  private final LdapApp ldap = LdapApp.thatFollowsRenames();
  private final int membersPerCall;
  private final int seeds;

  CrashLdapApp(int membersPerCall) {
    this.membersPerCall = membersPerCall;
    ldap.add(person(ADOPTED));
    ldap.add(person(FOREIGNER));
    ldap.add(team(EVERYONE, ADOPTED, FOREIGNER));
    ldap.add(team(UNTOUCHED, FOREIGNER));
    ldap.add(team(JOINED, FOREIGNER));
    seeds = ldap.made().size();
  }

  private static String dn(String userName) {
    return "uid=" + userName + "," + LdapTree.PEOPLE;
  }

  private static Entry person(String userName) {
    return new Entry(
        dn(userName),
        new Attribute("objectClass", "top", "person", "organizationalPerson", "inetOrgPerson"),
        new Attribute("uid", userName),
        new Attribute("cn", userName),
        new Attribute("sn", userName));
  }

  private static Entry team(String name, String... members) {
    return new Entry(
        "cn=" + name + "," + LdapTree.GROUPS,
        new Attribute("objectClass", "top", "groupOfNames"),
        new Attribute("cn", name),
        new Attribute("member", Arrays.stream(members).map(CrashLdapApp::dn).toList()));
  }

  @Override
  public String name() {
    return "ldap";
  }

  @Override
  public String file() {
    return """
    connector: ldap
    settings:
      url: "ldap://127.0.0.1:%d"
      bind-dn: "%s"
      password: "%s"
      users-base: "%s"
      groups-base: "%s"
      members-per-call: "%d"
    accounts: {on-reactivate: {memberships: none}}
    """
        .formatted(
            ldap.port(),
            LdapTree.ADMIN,
            LdapTree.PASSWORD,
            LdapTree.PEOPLE,
            LdapTree.GROUPS,
            membersPerCall);
  }

  @Override
  public boolean membershipsReturn() {
    return false;
  }

  @Override
  public View view() {
    List<SearchResultEntry> people =
        ldap.search(Filter.createEqualityFilter("objectClass", "inetOrgPerson"));
    Map<String, String> names = new HashMap<>();
    people.forEach(p -> names.put(key(p.getDN()), p.getAttributeValue("uid")));
    List<String> made = ldap.made().subList(seeds, ldap.made().size());
    return new View(
        people.stream().map(CrashLdapApp::account).toList(),
        ldap.search(Filter.createEqualityFilter("objectClass", "groupOfNames")).stream()
            .map(entry -> team(entry, names))
            .toList(),
        made.stream().filter(dn -> dn.startsWith("uid=")).map(CrashLdapApp::rdn).toList(),
        made.stream().filter(dn -> dn.startsWith("cn=")).map(CrashLdapApp::rdn).toList());
  }

  private static String rdn(String dn) {
    return dn.substring(dn.indexOf('=') + 1, dn.indexOf(','));
  }

  private static String key(String dn) {
    return dn.toLowerCase(Locale.ROOT).replace(" ", "");
  }

  private static Account account(SearchResultEntry entry) {
    String external = entry.getAttributeValue("employeeNumber");
    return new Account(
        entry.getAttributeValue("entryUUID"),
        entry.getAttributeValue("uid"),
        external == null ? "" : external,
        entry.getAttributeValue("cn"),
        !entry.hasAttributeValue("employeeType", "inactive"),
        List.of());
  }

  private static Team team(SearchResultEntry entry, Map<String, String> names) {
    return new Team(
        entry.getAttributeValue("entryUUID"),
        entry.getAttributeValue("cn"),
        Arrays.stream(entry.getAttributeValues("member"))
            .filter(dn -> !key(dn).equals(key(LdapTree.PLACEHOLDER)))
            .map(dn -> names.getOrDefault(key(dn), "nobody:" + dn))
            .sorted()
            .toList(),
        "",
        List.of());
  }

  @Override
  public void close() {
    ldap.close();
  }
}
