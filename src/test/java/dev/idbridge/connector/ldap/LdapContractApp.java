package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ContractApp;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.LdapFaults;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.TestServices;
import dev.idbridge.testing.TestSettings;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A directory server behind the LDAP fault shim. */
final class LdapContractApp implements ContractApp {
  private static final String DEEP = "ou=divisions," + LdapTree.SUFFIX;
  private static final String STRANGER = "uid=stranger," + LdapTree.PEOPLE;

  final LdapTree tree;
  final LdapFaults faults;

  LdapContractApp(LdapTree tree) {
    this.tree = tree;
    faults = new LdapFaults(tree.port());
    tree.add(LdapTree.unit(DEEP));
    tree.add(LdapTree.unit("ou=second," + DEEP));
    tree.add(person("stranger", true));
  }

  private static Entry person(String uid, boolean active) {
    Entry entry =
        new Entry(
            dn(new RDN("uid", uid), LdapTree.PEOPLE),
            new Attribute("objectClass", "top", "person", "organizationalPerson", "inetOrgPerson"),
            new Attribute("uid", uid),
            new Attribute("cn", uid),
            new Attribute("sn", uid));
    if (!active) {
      entry.addAttribute("employeeType", "inactive");
    }
    return entry;
  }

  private static String dn(RDN rdn, String parent) {
    try {
      return new DN(rdn, new DN(parent)).toString();
    } catch (LDAPException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Connector connect() {
    return connectWith(LdapTree.PASSWORD);
  }

  @Override
  public Connector connectWith(String secret) {
    return connect(Map.of("password", secret));
  }

  Connector connect(Map<String, String> more) {
    return connect(
        more,
        (request, deadline) -> {
          throw new AssertionError("LDAP needs no HTTP");
        });
  }

  Connector connect(Map<String, String> more, AppHttp rates) {
    Map<String, String> settings = new HashMap<>();
    settings.put("url", "ldap://127.0.0.1:" + faults.port());
    settings.put("bind-dn", LdapTree.ADMIN);
    settings.put("password", LdapTree.PASSWORD);
    settings.put("users-base", LdapTree.PEOPLE);
    settings.put("groups-base", LdapTree.GROUPS);
    settings.putAll(more);
    LdapConnectorFactory factory = new LdapConnectorFactory();
    return factory.create(
        new TestSettings(factory.settings(), settings),
        new TestServices("contract", Clock.systemUTC(), rates));
  }

  @Override
  public String secret() {
    return LdapTree.PASSWORD;
  }

  private List<SearchResultEntry> entries(String type, String attribute, String value) {
    return tree.search(
        Filter.createANDFilter(
            Filter.createEqualityFilter("objectClass", type),
            Filter.createEqualityFilter(attribute, value)));
  }

  private SearchResultEntry byId(String id) {
    SearchResultEntry entry = tree.byId(id);
    if (entry == null) {
      throw new AssertionError("no entry " + id);
    }
    return entry;
  }

  private static List<String> values(SearchResultEntry entry, String attribute) {
    String[] values = entry.getAttributeValues(attribute);
    return values == null ? List.of() : Arrays.asList(values);
  }

  @Override
  public List<String> accounts(String userName) {
    return entries("inetOrgPerson", "uid", userName).stream().map(LdapSession::id).toList();
  }

  @Override
  public boolean active(String account) {
    return !values(byId(account), "employeeType").contains("inactive");
  }

  @Override
  public String displayName(String account) {
    return byId(account).getAttributeValue("displayName");
  }

  @Override
  public List<String> emails(String account) {
    return values(byId(account), "mail");
  }

  @Override
  public List<String> teams(String name) {
    return entries("groupOfNames", "cn", name).stream().map(LdapSession::id).toList();
  }

  @Override
  public boolean atRootAsGroup(String team) {
    SearchResultEntry entry = byId(team);
    return entry.getDN().toLowerCase().endsWith("," + LdapTree.GROUPS)
        && values(entry, "businessCategory").equals(List.of("group"));
  }

  @Override
  public String shape(String team) {
    SearchResultEntry entry = byId(team);
    return entry.getDN() + " " + values(entry, "businessCategory") + values(entry, "cn");
  }

  @Override
  public List<String> members(String team) {
    SearchResultEntry entry = tree.byId(team);
    return entry == null
        ? List.of()
        : values(entry, "member").stream()
            .map(LdapContractApp::normal)
            .filter(m -> !m.equals(normal(LdapTree.PLACEHOLDER)))
            .toList();
  }

  private static String normal(String dn) {
    try {
      return DN.normalize(dn);
    } catch (LDAPException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String asMember(String account) {
    return normal(byId(account).getDN());
  }

  @Override
  public String foreignAccount(String userName, boolean active) {
    tree.add(person(userName, active));
    return accounts(userName).getFirst();
  }

  private String group(String name, String parent) {
    String dn = dn(new RDN("cn", name), parent);
    tree.add(
        new Entry(
            dn,
            new Attribute("objectClass", "top", "groupOfNames"),
            new Attribute("cn", name),
            new Attribute("businessCategory", "department"),
            new Attribute("member", STRANGER)));
    return teams(name).stream()
        .filter(id -> normal(byId(id).getDN()).equals(normal(dn)))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String foreignTeam(String name) {
    return group(name, DEEP);
  }

  @Override
  public String foreignMember() {
    return normal(STRANGER);
  }

  @Override
  public String sameNameAgain(String name) {
    return group(name, "ou=second," + DEEP);
  }

  @Override
  public void stop() {
    tree.stop();
  }

  @Override
  public void start() {
    tree.start();
  }

  @Override
  public void loseTheNextAnswer() {
    faults.loseTheNextAnswer();
  }

  @Override
  public void silent(boolean from) {
    faults.silent(from);
  }

  @Override
  public Optional<HttpFaults> http() {
    return Optional.empty();
  }

  @Override
  public void close() {
    faults.close();
    tree.close();
  }
}
