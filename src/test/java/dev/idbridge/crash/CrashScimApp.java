package dev.idbridge.crash;

import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.User;
import dev.idbridge.crash.View.Account;
import dev.idbridge.crash.View.Team;
import dev.idbridge.testing.ScimApp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A SCIM server whose accounts have roles, and who leaves it is told to {@link Vault}. */
final class CrashScimApp implements CrashApp {
  final ScimApp scim = new ScimApp();

  CrashScimApp() {
    String adopted = scim.addUser(ADOPTED, true);
    String foreigner = scim.addUser(FOREIGNER, true);
    scim.grant(adopted, OLD_ROLE);
    scim.grant(foreigner, FOREIGN_ROLE);
    scim.addGroup(EVERYONE, adopted, foreigner);
    scim.addGroup(UNTOUCHED, foreigner);
    scim.addGroup(JOINED, foreigner);
  }

  @Override
  public String name() {
    return "crm";
  }

  @Override
  public String file() {
    return """
    connector: scim
    settings:
      base-url: "%s"
      token: "%s"
      members-shown: "true"
      member-probe: members.value
      members-per-request: "3"
      user-roles: "true"
    accounts: {follow-up: "%s"}
    """
            .formatted(scim.baseUrl(), ScimApp.TOKEN, Vault.ROUTE)
        + Rules.section("ours", false);
  }

  @Override
  public boolean roles() {
    return true;
  }

  @Override
  public View view() {
    Map<String, String> names = new HashMap<>();
    scim.users().forEach(u -> names.put(u.getId().orElseThrow(), u.getUserName().orElse("")));
    return new View(
        scim.users().stream().map(CrashScimApp::account).toList(),
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
        user.isActive().orElse(true),
        user.getRoles().stream().map(role -> role.getValue().orElse("")).sorted().toList());
  }

  private static Team team(Group group, Map<String, String> names) {
    return new Team(
        group.getId().orElseThrow(),
        group.getDisplayName().orElse(""),
        group.getMembers().stream()
            .map(member -> member.getValue().orElse(""))
            .map(id -> names.getOrDefault(id, "nobody:" + id))
            .sorted()
            .toList(),
        "",
        List.of());
  }

  @Override
  public void close() {
    scim.close();
  }
}
