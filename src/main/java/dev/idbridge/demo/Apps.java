package dev.idbridge.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Both apps: what they should hold, what they do hold, and what was wrong at some point. */
final class Apps {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final LdapDirectory ldap;
  final ScimApp scim;

  /** What every app should hold by now. */
  final Holdings should = new Holdings();

  private final Progress progress;
  private final List<String> problems = new ArrayList<>();

  Apps(Progress progress, LdapDirectory ldap, ScimApp scim) {
    this.progress = progress;
    this.ldap = ldap;
    this.scim = scim;
  }

  /** What was not as it should be at some point, until now. */
  List<String> problems() {
    return problems;
  }

  /** How many things both apps together do not hold, or not as they should, right now. */
  int missing() throws DemoFailed {
    return ldap.holdings().differencesFrom(inLdap()).size()
        + scim.holdings().differencesFrom(should).size();
  }

  /** What the LDAP server should hold: what was there before stays. */
  private Holdings inLdap() {
    Holdings expected = new Holdings();
    expected.accounts.putAll(should.accounts);
    expected.account(LdapDirectory.FOREIGN, "Backup Robot", true);
    should.teams.forEach((name, members) -> expected.teams.put(name, new TreeSet<>(members)));
    SortedSet<String> platformMembers = expected.teams.remove("Platform");
    if (platformMembers != null) {
      platformMembers.add(LdapDirectory.FOREIGN);
      expected.teams.put("Platform" + LdapDirectory.OLD_PLACE, platformMembers);
    }
    return expected;
  }

  void bothFollow() throws DemoFailed {
    List<String> inLdap =
        Until.nothingIsMissing(PATIENCE, () -> ldap.holdings().differencesFrom(inLdap()));
    List<String> inScim =
        Until.nothingIsMissing(PATIENCE, () -> scim.holdings().differencesFrom(should));
    note(Day.LDAP_APP, inLdap, "");
    note(Day.SCIM_APP, inScim, "");
    if (inLdap.isEmpty() && inScim.isEmpty()) {
      progress.say("Both apps hold it, read back from them.");
    }
  }

  void note(String app, List<String> differences, String fine) {
    for (String difference : differences) {
      problems.add(app + ": " + difference);
      progress.say("NOT AS IT SHOULD BE: " + app + ": " + difference);
    }
    if (differences.isEmpty() && !fine.isEmpty()) {
      progress.say(fine);
    }
  }

  /** Reads both apps a last time and lays what they hold side by side. */
  String readBack() throws DemoFailed {
    Holdings inLdap = ldap.holdings();
    Holdings inScim = scim.holdings();
    note(Day.LDAP_APP, inLdap.differencesFrom(inLdap()), "");
    note(Day.SCIM_APP, inScim.differencesFrom(should), "");
    return new SideBySide(Day.LDAP_APP + " (LDAP)", inLdap, Day.SCIM_APP + " (SCIM)", inScim)
        .toString();
  }
}
