package dev.idbridge.crash;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.SearchResultEntry;
import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.User;
import dev.idbridge.testing.LdapApp;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.ScimApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Two apps that outlive the daemon, with people and teams of their own in them from before: an
 * account that will be adopted, which is in the team that will be adopted too, and somebody and a
 * team that nobody at the identity provider ever hears of.
 */
final class CrashApps implements AutoCloseable {
  static final String ADOPTED = "adopted";
  static final String FOREIGNER = "foreigner";
  static final String EVERYONE = "Everyone";
  static final String UNTOUCHED = "Untouched";

  /** An account as an admin of the app sees it. */
  record Account(
      String id, String userName, String externalId, String displayName, boolean active) {}

  /** A team as an admin of the app sees it; members by user name, as often as they are listed. */
  record Team(String id, String name, List<String> members) {}

  /** Everything an app holds. */
  record View(
      List<Account> accounts,
      List<Team> teams,
      List<String> madeAccounts,
      List<String> madeTeams) {}

  final ScimApp scim = new ScimApp();
  final LdapApp ldap = LdapApp.thatFollowsRenames();
  private final int ldapSeeds;

  CrashApps() {
    String adopted = scim.addUser(ADOPTED, true);
    String foreigner = scim.addUser(FOREIGNER, true);
    scim.addGroup(EVERYONE, adopted, foreigner);
    scim.addGroup(UNTOUCHED, foreigner);
    ldap.add(person(ADOPTED));
    ldap.add(person(FOREIGNER));
    ldap.add(team(EVERYONE, ADOPTED, FOREIGNER));
    ldap.add(team(UNTOUCHED, FOREIGNER));
    ldapSeeds = ldap.made().size();
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
        new Attribute("member", Arrays.stream(members).map(CrashApps::dn).toList()));
  }

  /** Writes the daemon's configuration for both. */
  void configure(Path conf, String store) throws IOException {
    Files.createDirectories(conf.resolve("apps"));
    Files.writeString(
        conf.resolve("idbridge.yaml"),
        "server: {port: 0, limits: {rate: 1000000, burst: 1000000}}\nmanagement: {port: 0}\n"
            + store
            + "delivery: {workers: 16, lease: PT5S, retry: {first: PT1S, max: PT2S}}\n");
    Files.writeString(
        conf.resolve("apps/crm.yaml"),
        "connector: scim\nsettings:\n"
            + "  base-url: \""
            + scim.baseUrl()
            + "\"\n"
            + "  token: \""
            + ScimApp.TOKEN
            + "\"\n"
            + "  members-shown: \"true\"\n"
            + "  member-probe: members.value\n"
            + "  members-per-request: \"3\"\n");
    Files.writeString(
        conf.resolve("apps/ldap.yaml"),
        "connector: ldap\nsettings:\n"
            + "  url: \"ldap://127.0.0.1:"
            + ldap.port()
            + "\"\n"
            + "  bind-dn: \""
            + LdapTree.ADMIN
            + "\"\n"
            + "  password: \""
            + LdapTree.PASSWORD
            + "\"\n"
            + "  users-base: \""
            + LdapTree.PEOPLE
            + "\"\n"
            + "  groups-base: \""
            + LdapTree.GROUPS
            + "\"\n"
            + "  members-per-call: \"3\"\n");
  }

  View scimView() {
    Map<String, String> names = new HashMap<>();
    scim.users().forEach(u -> names.put(u.getId().orElseThrow(), u.getUserName().orElse("")));
    return new View(
        scim.users().stream().map(CrashApps::account).toList(),
        scim.groups().stream().map(group -> team(group, names)).toList(),
        made("User"),
        made("Group"));
  }

  private List<String> made(String type) {
    return scim.made().stream().filter(m -> m.type().equals(type)).map(ScimApp.Made::name).toList();
  }

  private static Account account(User user) {
    return new Account(
        user.getId().orElseThrow(),
        user.getUserName().orElse(""),
        user.getExternalId().orElse(""),
        user.getDisplayName().orElse(""),
        user.isActive().orElse(true));
  }

  private static Team team(Group group, Map<String, String> names) {
    return new Team(
        group.getId().orElseThrow(),
        group.getDisplayName().orElse(""),
        group.getMembers().stream()
            .map(member -> member.getValue().orElse(""))
            .map(id -> names.getOrDefault(id, "nobody:" + id))
            .sorted()
            .toList());
  }

  View ldapView() {
    List<SearchResultEntry> people =
        ldap.search(Filter.createEqualityFilter("objectClass", "inetOrgPerson"));
    Map<String, String> names = new HashMap<>();
    people.forEach(p -> names.put(key(p.getDN()), p.getAttributeValue("uid")));
    List<String> made = ldap.made().subList(ldapSeeds, ldap.made().size());
    return new View(
        people.stream().map(CrashApps::account).toList(),
        ldap.search(Filter.createEqualityFilter("objectClass", "groupOfNames")).stream()
            .map(entry -> team(entry, names))
            .toList(),
        made.stream().filter(dn -> dn.startsWith("uid=")).map(CrashApps::rdn).toList(),
        made.stream().filter(dn -> dn.startsWith("cn=")).map(CrashApps::rdn).toList());
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
        !entry.hasAttributeValue("employeeType", "inactive"));
  }

  private static Team team(SearchResultEntry entry, Map<String, String> names) {
    return new Team(
        entry.getAttributeValue("entryUUID"),
        entry.getAttributeValue("cn"),
        Arrays.stream(entry.getAttributeValues("member"))
            .filter(dn -> !key(dn).equals(key(LdapTree.PLACEHOLDER)))
            .map(dn -> names.getOrDefault(key(dn), "nobody:" + dn))
            .sorted()
            .toList());
  }

  @Override
  public void close() {
    scim.close();
    ldap.close();
  }
}
