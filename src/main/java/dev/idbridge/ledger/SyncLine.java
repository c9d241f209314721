package dev.idbridge.ledger;

import dev.idbridge.model.ChangeRequest.Actor;

/**
 * One line of the sync log: an intake write ({@code in}) or one effect on one object in an app
 * ({@code out}). Empty strings and zeros where a column does not apply.
 */
public record SyncLine(
    long at,
    String direction,
    long directory,
    int app,
    Action action,
    String resourceType,
    long resourceId,
    String resourceName,
    long memberId,
    String remoteId,
    Outcome outcome,
    String reason,
    long firstCause,
    long lastCause,
    int causes,
    int attempt,
    String requestId,
    long token,
    int status,
    String scimType) {

  /** What was done, or tried. */
  public enum Action {
    CREATE,
    UPDATE,
    DEACTIVATE,
    REACTIVATE,
    DELETE,
    MEMBER_ADD,
    MEMBER_REMOVE,
    GRANT,
    REVOKE,
    LINK,
    UNLINK,
    /** The app's follow-up route was run for somebody who left. */
    FOLLOW_UP
  }

  /** The public words for how it ended. */
  public enum Outcome {
    SUCCESS,
    SKIPPED,
    FAILED
  }

  /** An intake line. */
  public static SyncLine in(
      long at,
      long directory,
      Action action,
      String resourceType,
      long resourceId,
      String resourceName,
      Outcome outcome,
      String reason,
      long cause,
      Actor by,
      int status,
      String scimType) {
    return new SyncLine(
        at,
        "in",
        directory,
        0,
        action,
        resourceType,
        resourceId,
        resourceName,
        0,
        "",
        outcome,
        reason,
        cause,
        cause,
        1,
        1,
        by.requestId(),
        by.token(),
        status,
        scimType);
  }

  /** The same line about one member. */
  public SyncLine about(long member) {
    return new SyncLine(
        at,
        direction,
        directory,
        app,
        action,
        resourceType,
        resourceId,
        resourceName,
        member,
        remoteId,
        outcome,
        reason,
        firstCause,
        lastCause,
        causes,
        attempt,
        requestId,
        token,
        status,
        scimType);
  }
}
