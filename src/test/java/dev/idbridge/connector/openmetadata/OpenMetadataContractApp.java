package dev.idbridge.connector.openmetadata;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.HttpContractApp;
import dev.idbridge.testing.OpenMetadataSimulator;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What stands for OpenMetadata, behind the fault shim. */
final class OpenMetadataContractApp extends HttpContractApp {
  final OpenMetadataSimulator app;
  private final String stranger;
  final String department;

  OpenMetadataContractApp() {
    this(new OpenMetadataSimulator());
  }

  private OpenMetadataContractApp(OpenMetadataSimulator app) {
    super(app.url());
    this.app = app;
    stranger = app.addUser("stranger", true);
    String unit = app.addTeam("Unit", "BusinessUnit", "");
    String division = app.addTeam("Division", "Division", unit);
    department = app.addTeam("Department", "Department", division);
    Stream.of("DataSteward", "Owner", "Viewer", "Trust/Safety ü").forEach(app::addRole);
  }

  @Override
  public Connector connectWith(String secret) {
    return connect(
        new OpenMetadataConnectorFactory(),
        Clock.systemUTC(),
        Map.of(
            "base-url",
            faults.url(),
            "token",
            secret,
            "external-id-lookup",
            "list",
            "page-size",
            "7"));
  }

  @Override
  public String secret() {
    return OpenMetadataSimulator.TOKEN;
  }

  private static List<String> ids(List<ObjectNode> all, Predicate<ObjectNode> fits) {
    return all.stream().filter(fits).map(one -> one.path("id").asText()).toList();
  }

  @Override
  public boolean renamesAccounts() {
    return false;
  }

  @Override
  public boolean wantsEmail() {
    return true;
  }

  @Override
  public List<String> accounts(String userName) {
    return ids(app.users(), user -> user.path("name").asText().equalsIgnoreCase(userName));
  }

  @Override
  public boolean active(String account) {
    return !app.user(account).path("deleted").asBoolean();
  }

  @Override
  public String displayName(String account) {
    return app.user(account).path("displayName").asText();
  }

  @Override
  public List<String> emails(String account) {
    return List.of(app.user(account).path("email").asText());
  }

  @Override
  public List<String> teams(String name) {
    return ids(app.teams(), team -> team.path("displayName").asText().equals(name));
  }

  private ObjectNode team(String id) {
    return app.teams().stream()
        .filter(team -> team.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public boolean atRootAsGroup(String team) {
    String parent = team(team).path("parents").path(0).asText();
    return team(team).path("teamType").asText().equals("Group")
        && team(parent).path("name").asText().equals("Organization");
  }

  @Override
  public String shape(String team) {
    ObjectNode shown = team(team);
    return shown.path("name") + " " + shown.path("teamType") + " " + shown.path("parents");
  }

  @Override
  public List<String> members(String team) {
    return app.members(team);
  }

  @Override
  public String asMember(String account) {
    return app.user(account).path("name").asText();
  }

  @Override
  public String foreignAccount(String userName, boolean active) {
    return app.addUser(userName, active);
  }

  /** A department: its members cannot be set through the team. */
  @Override
  public String foreignTeam(String name) {
    String id = app.addTeam(name, "Department", department);
    app.join(stranger, id);
    return id;
  }

  @Override
  public String foreignMember() {
    return "stranger";
  }

  @Override
  public List<GrantPlan.Role> rolesToGrant() {
    return Stream.of("DataSteward", "Owner", "Viewer", "Trust/Safety ü")
        .map(name -> new GrantPlan.Role(name, ""))
        .toList();
  }

  @Override
  public Optional<GrantPlan.Role> unknownRole() {
    return Optional.of(new GrantPlan.Role("Nobody", ""));
  }

  @Override
  public List<String> roles(String subject, boolean onTeam) {
    return app.roles(subject, onTeam);
  }

  @Override
  public void foreignGrant(String subject, boolean onTeam, GrantPlan.Role role) {
    app.grant(subject, onTeam, role.name());
  }

  /** Names are unique in the whole hierarchy. */
  @Override
  public String sameNameAgain(String name) {
    return "";
  }

  @Override
  public void close() {
    super.close();
    app.close();
  }
}
