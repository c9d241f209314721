package dev.idbridge.crash;

import java.util.ArrayList;
import java.util.List;

/** Which roles the apps' files bring whom. Groups take these names and lose them again. */
final class Rules {
  /** Everybody's. */
  static final String BASE = "base";

  /** That of who is in the shared group. */
  static final String EVERYBODY = "everybody";

  /** Endings of group names that bring a role of the same name. */
  static final List<String> COLOURS = List.of("red", "blue");

  /** Of a group of this colour, in apps that take roles on teams. */
  static final String TEAM_ROLE = "of-blue-teams";

  private Rules() {}

  /**
   * The section of an app's file.
   *
   * @param onTeams whether blue teams get their role, too
   */
  static String section(String strip, boolean onTeams) {
    List<String> rules = new ArrayList<>();
    rules.add("{group: " + CrashApp.EVERYONE + ", role: " + EVERYBODY + "}");
    for (int clerk = 0; clerk < CrashRun.CLERKS; clerk++) {
      for (int club = 0; club < Clerk.CLUBS; club++) {
        for (String colour : COLOURS) {
          String group = "w" + clerk + "g" + club + "-" + colour;
          rules.add("{group: " + group + ", role: " + colour + "}");
        }
        if (onTeams) {
          String group = "w" + clerk + "g" + club + "-blue";
          rules.add("{group: " + group + ", role: " + TEAM_ROLE + ", to: team}");
        }
      }
    }
    return "roles:\n  default: "
        + BASE
        + "\n  strip: "
        + strip
        + "\n  rules:\n    - "
        + String.join("\n    - ", rules)
        + "\n";
  }
}
