package dev.idbridge.admin;

import java.util.Locale;

/** What a person can do about a dead letter, read from what the app answered. */
final class Suggestion {
  private Suggestion() {}

  /**
   * @param reason what the app said last
   * @param dead whether its lane still rests; else something is tried again already
   * @param revived whether an edit has been tried already, and died
   */
  static String of(String id, String app, String reason, boolean dead, boolean revived) {
    String said = reason.toLowerCase(Locale.ROOT);
    String cause;
    if (said.contains("for its account")) {
      cause =
          "find out why the member has no account in the app (idbridge sync-log --app "
              + app
              + " --user NAME), mend that";
    } else if (has(said, "401", "403", "forbidden", "unauthorized", "permission", "access right")) {
      cause = "give our credential the right to do this in the app";
    } else if (has(said, "409", "conflict", "already", "taken", "uniqueness", "match")) {
      cause = "free or correct the other object of that name in the app";
    } else if (has(said, "timeout", "timed out", "refused", "unreachable", "503", "502", "504")) {
      cause = "see that the app answers (idbridge app test " + app + ")";
    } else if (has(said, "400", "422", "invalid", "required", "syntax", "schema", "attribute")) {
      cause = "correct the value at the identity provider, or let the app take it";
    } else if (has(said, "404", "not found", "no such")) {
      cause = "see whether it is still in the app; if it was deleted there, a replay makes it anew";
    } else {
      cause = "correct the cause in the app or at the identity provider";
    }
    String then =
        ", then: idbridge dead-letters replay "
            + id
            + "; or give it up: idbridge dead-letters discard "
            + id
            + " --reason TEXT";
    if (!dead) {
      return "a later change is being tried already; if it fails too: " + cause + then;
    }
    return cause
        + then
        + (revived ? "" : ". The next change of that user or group tries again by itself, once");
  }

  private static boolean has(String said, String... words) {
    for (String word : words) {
      if (said.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
