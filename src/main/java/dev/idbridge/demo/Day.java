package dev.idbridge.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The day, in order. What the apps should hold is written down here step by step, apart from what
 * the bridge makes of it.
 */
final class Day {
  static final String LDAP_APP = "staff-directory";
  static final String SCIM_APP = "warehouse";
  private static final int INTERNS = 12;
  private static final int EDITS = 10;

  private final Progress progress;
  private final OktaAdmin okta;
  private final EntraAdmin entra;
  private final Bridge bridge;
  private final Apps apps;
  private final Holdings should;

  /** Ids as the identity providers store them. */
  private String ada = "";

  private String linus = "";
  private String margaret = "";
  private String katherine = "";
  private String dorothy = "";
  private String mary = "";
  private String engineering = "";
  private String platform = "";
  private String finance = "";
  private String audit = "";

  Day(Progress progress, OktaAdmin okta, EntraAdmin entra, Bridge bridge, Apps apps) {
    this.progress = progress;
    this.okta = okta;
    this.entra = entra;
    this.bridge = bridge;
    this.apps = apps;
    this.should = apps.should;
  }

  void play() throws DemoFailed, IOException {
    oktaBegins();
    entraBegins();
    peopleAndTeamsChange();
    theLdapServerIsDown();
    theBridgeIsKilled();
  }

  private void oktaBegins() throws DemoFailed {
    progress.chapter("Okta begins");
    okta.testConnection();
    progress.say("Okta's administrator tests the connection, then assigns four people.");
    ada = okta.assign("ada@example.com", "Ada", "Byron");
    linus = okta.assign("linus@example.com", "Linus", "Berg");
    String grace = okta.assign("grace@example.com", "Grace", "Hopper");
    margaret = okta.assign("margaret@example.com", "Margaret", "Heafield");
    should.account("ada@example.com", "Ada Byron", true);
    should.account("linus@example.com", "Linus Berg", true);
    should.account("grace@example.com", "Grace Hopper", true);
    should.account("margaret@example.com", "Margaret Heafield", true);

    progress.say(
        "Two groups are pushed: Engineering, which no app has, and Platform, which the LDAP server"
            + " has had for years, in ou=old teams and with "
            + LdapDirectory.FOREIGN
            + " in it."
            + " That team must be found, keep its place, and keep its member.");
    engineering = okta.push("Engineering");
    okta.members(engineering, "Engineering", List.of(ada, linus, grace), List.of());
    platform = okta.push("Platform");
    okta.members(platform, "Platform", List.of(grace, margaret), List.of());
    should.team("Engineering", "ada@example.com", "linus@example.com", "grace@example.com");
    should.team("Platform", "grace@example.com", "margaret@example.com");
    apps.bothFollow();
  }

  private void entraBegins() throws DemoFailed {
    progress.chapter("Entra ID begins");
    entra.testConnection();
    progress.say("Entra's job looks for somebody who cannot exist, then provisions three people.");
    katherine = entra.provision("katherine@example.org", "Katherine", "Johnson", "Finance");
    dorothy = entra.provision("dorothy@example.org", "Dorothy", "Vaughan", "Finance");
    mary = entra.provision("mary@example.org", "Mary", "Jackson", "Audit");
    should.account("katherine@example.org", "Katherine Johnson", true);
    should.account("dorothy@example.org", "Dorothy Vaughan", true);
    should.account("mary@example.org", "Mary Jackson", true);

    progress.say("Two groups, their members ('Add' with a list of values), and a manager.");
    finance = entra.group("Finance");
    entra.add(finance, List.of(katherine, dorothy, mary));
    audit = entra.group("Audit 2026");
    entra.add(audit, List.of(dorothy));
    entra.manager(mary, dorothy);
    should.team("Finance", "katherine@example.org", "dorothy@example.org", "mary@example.org");
    should.team("Audit 2026", "dorothy@example.org");
    apps.bothFollow();
  }

  private void peopleAndTeamsChange() throws DemoFailed {
    progress.chapter("People and teams change");
    progress.say("Ada marries: Okta replaces her profile. The account is renamed, not made anew.");
    okta.rename(ada, "ada.king@example.com", "Ada King");
    should.accounts.remove("ada@example.com");
    should.account("ada.king@example.com", "Ada King", true);
    progress.say("Okta renames Engineering to Engineering Core, with the group's id in the value.");
    okta.name(engineering, "Engineering Core");
    should.teams.remove("Engineering");
    should.team(
        "Engineering Core", "ada.king@example.com", "linus@example.com", "grace@example.com");
    progress.say("Entra moves Mary out of Finance ('Remove') and gives up the group Audit 2026.");
    entra.remove(finance, List.of(mary));
    entra.deleteGroup(audit);
    entra.replace(dorothy, "displayName", "Dorothy Vaughan-Hill");
    should.account("dorothy@example.org", "Dorothy Vaughan-Hill", true);
    should.team("Finance", "katherine@example.org", "dorothy@example.org");
    should.teams.remove("Audit 2026");
    progress.say("Linus is unassigned in Okta; Entra sets active to \"False\" for Mary.");
    okta.active(linus, false);
    entra.active(mary, false);
    should.account("linus@example.com", "Linus Berg", false);
    should.account("mary@example.org", "Mary Jackson", false);
    should.team("Engineering Core", "ada.king@example.com", "grace@example.com");
    apps.bothFollow();

    progress.say("Linus comes back. His account is enabled again and his membership restored.");
    okta.active(linus, true);
    should.account("linus@example.com", "Linus Berg", true);
    should.team(
        "Engineering Core", "ada.king@example.com", "linus@example.com", "grace@example.com");
    apps.bothFollow();
  }

  private void theLdapServerIsDown() throws DemoFailed {
    progress.chapter("The LDAP server is down");
    apps.ldap.server.stop();
    progress.say(
        "It takes no connection any more. Meanwhile Okta assigns Barbara and puts her into"
            + " Platform, Margaret leaves, and Entra edits Katherine's name "
            + EDITS
            + " times."
            + " Every change is acknowledged.");
    String barbara = okta.assign("barbara@example.com", "Barbara", "Liskov");
    okta.members(platform, "Platform", List.of(barbara), List.of());
    okta.active(margaret, false);
    for (int i = 1; i <= EDITS; i++) {
      entra.replace(katherine, "displayName", "Katherine Johnson " + i);
    }
    should.account("barbara@example.com", "Barbara Liskov", true);
    should.account("margaret@example.com", "Margaret Heafield", false);
    should.account("katherine@example.org", "Katherine Johnson " + EDITS, true);
    should.team("Platform", "grace@example.com", "barbara@example.com");
    apps.note(
        SCIM_APP,
        Until.nothingIsMissing(Apps.PATIENCE, () -> apps.scim.holdings().differencesFrom(should)),
        "The other app is not held up: " + SCIM_APP + " has it all.");
    apps.note(
        LDAP_APP,
        Until.nothingIsMissing(
            Apps.PATIENCE, () -> waiting() > 0 ? List.of() : List.of("no lane waits for it")),
        "What " + LDAP_APP + " misses waits in the store. idbridge status says:");
    progress.show(bridge.verb("status").out());
    apps.ldap.server.start();
    progress.say("The LDAP server is back, on the same port, with its data.");
    apps.bothFollow();
    progress.say(
        "Katherine's "
            + EDITS
            + " edits reached "
            + LDAP_APP
            + " as "
            + katherinesWrites()
            + ": a lane asks for how things should be now, not for each event again.");
  }

  /** Lanes of the LDAP app that are not idle. */
  private int waiting() throws DemoFailed {
    for (JsonNode app : json(bridge.verb("status", "--json").out()).path("apps")) {
      if (app.path("name").asText().equals(LDAP_APP)) {
        int waiting = 0;
        for (var lane : app.path("lanes").properties()) {
          waiting += lane.getKey().equals("idle") ? 0 : lane.getValue().asInt();
        }
        return waiting;
      }
    }
    return 0;
  }

  private String katherinesWrites() throws DemoFailed {
    int writes = 0;
    String log =
        bridge
            .verb(
                "sync-log",
                "--app",
                LDAP_APP,
                "--resource",
                katherine,
                "--result",
                "SUCCESS",
                "--json")
            .out();
    for (String line : log.lines().toList()) {
      writes += json(line).path("action").asText().equals("UPDATE") ? 1 : 0;
    }
    return writes == 1 ? "one write" : writes + " writes";
  }

  private static JsonNode json(String text) throws DemoFailed {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new DemoFailed("a verb printed what is no JSON: " + text);
    }
  }

  private void theBridgeIsKilled() throws DemoFailed, IOException {
    progress.chapter("The bridge is killed");
    progress.say(
        INTERNS
            + " interns start at once: accounts, a group, and its members. The moment the last"
            + " request is acknowledged, the daemon gets a kill -9.");
    String interns = okta.push("Interns");
    List<String> ids = new ArrayList<>();
    SortedSet<String> names = new TreeSet<>();
    for (int i = 1; i <= INTERNS; i++) {
      String name = "intern%02d@example.com".formatted(i);
      ids.add(okta.assign(name, "Intern", "No. " + i));
      names.add(name);
      should.account(name, "Intern No. " + i, true);
    }
    okta.members(interns, "Interns", ids, List.of());
    entra.active(mary, true);
    entra.add(finance, List.of(mary));
    long pid = bridge.pid();
    bridge.kill();
    should.teams.put("Interns", names);
    should.account("mary@example.org", "Mary Jackson", true);
    should.team("Finance", "katherine@example.org", "dorothy@example.org", "mary@example.org");
    progress.say(
        "Process "
            + pid
            + " is dead; "
            + apps.missing()
            + " things that were promised are not in the apps"
            + " yet. It is started again on the same store.");
    bridge.start();
    apps.bothFollow();
  }
}
