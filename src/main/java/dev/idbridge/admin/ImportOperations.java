package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Imports of what apps hold. Thread-safe; failures are those of {@link AdminOperations}, and {@link
 * DaemonNeeded} when no daemon runs.
 */
public interface ImportOperations {

  /** Begins to import what an app holds, unless that is under way. */
  ImportState begin(String app, String directory);

  /** How far the last import of an app is, or what it came to. */
  ImportState state(String app);

  /**
   * What no import could place.
   *
   * @param left whether those are asked for that somebody decided to leave alone
   */
  Page<Undecided> undecided(String app, boolean left, PageRequest page);

  /** Decides about one of these, durably: no import asks about it again. */
  Done decide(String app, Decision decision);

  /**
   * Something found in an app that nobody could place.
   *
   * @param kind account or team
   * @param id in the app
   * @param name userName or displayName in the app; may be empty
   * @param label how an operator recognises it in the app
   * @param by who left it alone, and when
   */
  record Undecided(
      String kind,
      String id,
      String name,
      String label,
      String why,
      @Nullable String by,
      @Nullable Instant decided) {}

  /** What becomes of an undecided thing. */
  enum Act {
    /** It is the account or team of a user or group that is there. */
    LINK,
    /** A user or group of origin app is made of it. */
    CREATE,
    /** Nothing; it is not asked about again. */
    LEAVE
  }

  /**
   * A person's decision.
   *
   * @param kind account or team; null when the id tells
   * @param id in the app
   * @param resource with LINK: id, userName or displayName
   * @param name with CREATE: another userName or displayName than in the app
   */
  record Decision(
      Act act, @Nullable String kind, String id, @Nullable String resource, @Nullable String name) {
    public Decision {
      if (act == null) {
        throw AdminRefused.invalid("act is missing, must be link, create or leave");
      }
      if (id == null || id.isBlank()) {
        throw AdminRefused.invalid("id is missing: say which thing of the app is meant");
      }
      if ((resource != null) != (act == Act.LINK)) {
        throw AdminRefused.invalid(
            act == Act.LINK
                ? "resource is missing: say an id, a userName or a displayName"
                : "resource goes with link");
      }
      if (name != null && act != Act.CREATE) {
        throw AdminRefused.invalid("name goes with create");
      }
    }
  }
}
