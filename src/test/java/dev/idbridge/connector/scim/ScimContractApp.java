package dev.idbridge.connector.scim;

import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.User;
import dev.idbridge.connector.http.CamelAppHttp;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.ContractApp;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.HttpFaults.Fault;
import dev.idbridge.testing.ScimApp;
import dev.idbridge.testing.TestServices;
import dev.idbridge.testing.TestSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;

/** SCIM-SDK's server behind the HTTP fault shim. */
public class ScimContractApp implements ContractApp {
  final ScimApp app;
  final HttpFaults faults;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final CamelAppHttp http =
      new CamelAppHttp(camel, "contract", Map.of(), new SimpleMeterRegistry());
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
    this.app = app;
    this.dialect = dialect;
    faults =
        new HttpFaults(
            url == null ? app.baseUrl().substring(0, app.baseUrl().indexOf("/scim")) : url);
    camel.start();
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
  public Connector connect() {
    return connectWith(secret());
  }

  @Override
  public Connector connectWith(String secret) {
    ConnectorFactory factory = factory();
    return factory.create(
        new TestSettings(factory.settings(), settings(faults.url(), secret)),
        new TestServices("contract", Clock.systemUTC(), http));
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
    faults.refuse(true);
  }

  @Override
  public void start() {
    faults.refuse(false);
    app.start();
  }

  @Override
  public void loseTheNextAnswer() {
    faults.next("write", new Fault.LoseAnswer());
  }

  @Override
  public void silent(boolean from) {
    faults.silent(from);
  }

  @Override
  public Optional<HttpFaults> http() {
    return Optional.of(faults);
  }

  @Override
  public void close() {
    http.close();
    camel.stop();
    faults.close();
    app.close();
  }
}
