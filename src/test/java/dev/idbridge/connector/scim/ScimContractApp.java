package dev.idbridge.connector.scim;

import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.User;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.HttpContractApp;
import dev.idbridge.testing.ScimApp;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** SCIM-SDK's server behind the HTTP fault shim. */
public class ScimContractApp extends HttpContractApp {
  final ScimApp app;
  private final Map<String, String> dialect;
  private final String stranger;

  ScimContractApp(Map<String, String> dialect) {
    this(new ScimApp(), null, dialect);
  }

  /**
   * @param app holds the users and groups
   * @param url who answers instead of it, or null
   */
  protected ScimContractApp(ScimApp app, String url, Map<String, String> dialect) {
    super(url == null ? app.baseUrl().substring(0, app.baseUrl().indexOf("/scim")) : url);
    this.app = app;
    this.dialect = dialect;
    app.groupNamesRepeat(false);
    stranger = app.addUser("stranger", true);
  }

  /** What makes the connector under test. */
  protected ConnectorFactory factory() {
    return new ScimConnectorFactory();
  }

  /** Its settings. */
  protected Map<String, String> settings(String url, String secret) {
    Map<String, String> settings = new HashMap<>(dialect);
    settings.put("base-url", url + "/scim/v2");
    settings.put("token", secret);
    return settings;
  }

  @Override
  public Connector connectWith(String secret) {
    return connect(factory(), Clock.systemUTC(), settings(faults.url(), secret));
  }

  @Override
  public String secret() {
    return ScimApp.TOKEN;
  }

  @Override
  public List<String> accounts(String userName) {
    return app.users().stream()
        .filter(u -> u.getUserName().orElse("").equalsIgnoreCase(userName))
        .map(u -> u.getId().orElseThrow())
        .toList();
  }

  private User user(String id) {
    return app.users().stream()
        .filter(u -> u.getId().orElse("").equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public boolean active(String account) {
    return user(account).isActive().orElse(true);
  }

  @Override
  public String displayName(String account) {
    return user(account).getDisplayName().orElse("");
  }

  @Override
  public List<String> emails(String account) {
    return user(account).getEmails().stream().map(e -> e.getValue().orElse("")).toList();
  }

  @Override
  public List<String> teams(String name) {
    return app.groups(name).stream().map(g -> g.getId().orElseThrow()).toList();
  }

  @Override
  public boolean atRootAsGroup(String team) {
    return app.groups().stream().anyMatch(g -> g.getId().orElse("").equals(team));
  }

  @Override
  public String shape(String team) {
    Group group =
        app.groups().stream()
            .filter(g -> g.getId().orElse("").equals(team))
            .findFirst()
            .orElseThrow();
    return group.getDisplayName().orElse("") + "/" + group.getExternalId().orElse("");
  }

  @Override
  public List<String> members(String team) {
    return app.members(team);
  }

  @Override
  public String asMember(String account) {
    return account;
  }

  @Override
  public String foreignAccount(String userName, boolean active) {
    return app.addUser(userName, active);
  }

  @Override
  public String foreignTeam(String name) {
    return app.addGroup(name, stranger);
  }

  @Override
  public String foreignMember() {
    return stranger;
  }

  @Override
  public List<GrantPlan.Role> rolesToGrant() {
    return Stream.of("viewer", "developer", "billing \u00fc", "admin")
        .map(name -> new GrantPlan.Role(name, ""))
        .toList();
  }

  @Override
  public List<String> roles(String subject, boolean onTeam) {
    return user(subject).getRoles().stream().map(role -> role.getValue().orElse("")).toList();
  }

  @Override
  public void foreignGrant(String subject, boolean onTeam, GrantPlan.Role role) {
    app.grant(subject, role.name());
  }

  @Override
  public String sameNameAgain(String name) {
    return app.addGroup(name);
  }

  @Override
  public void stop() {
    app.stop();
    super.stop();
  }

  @Override
  public void start() {
    super.start();
    app.start();
  }

  @Override
  public void close() {
    super.close();
    app.close();
  }
}
