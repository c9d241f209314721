package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the sync log: an intake write or one effect on one object in one app.
 *
 * @param id rises with time
 * @param direction in or out
 * @param result SUCCESS, SKIPPED or FAILED
 * @param action what was asked or done: CREATE, UPDATE, DEACTIVATE, REACTIVATE, DELETE, MEMBER_ADD,
 *     MEMBER_REMOVE, GRANT, REVOKE, LINK, UNLINK
 * @param type user, group or member
 * @param resource id in the directory; for a member, the member's
 * @param target name of the user or group; for a member, of the group it concerns
 * @param group id of the group that a member concerns
 * @param member name of a member
 * @param remote id of the thing in the app
 * @param reason why, where it is no plain success
 * @param firstCause id of the first change that led here; {@code lastCause} of the last
 * @param coalesced how many changes this one effect carried out; 1 for intake
 * @param attempt which try of an effect this was
 * @param request the request id of an intake write
 * @param token name of the token that an intake write came with
 * @param actor who asked for an intake write that came without a token: {@code JIT} and the issuer
 *     of a sign-in, or an administrator
 * @param status HTTP status answered to an intake write
 * @param scimType RFC 7644 section 3.12: what was wrong with an intake write
 */
public record SyncLogLine(
    String id,
    Instant at,
    String direction,
    String result,
    @Nullable String directory,
    @Nullable String app,
    String action,
    String type,
    @Nullable String resource,
    @Nullable String target,
    @Nullable String group,
    @Nullable String member,
    @Nullable String remote,
    @Nullable String reason,
    @Nullable String firstCause,
    @Nullable String lastCause,
    int coalesced,
    int attempt,
    @Nullable String request,
    @Nullable String token,
    @Nullable String actor,
    @Nullable Integer status,
    @Nullable String scimType) {

  /** What it was done to, in words: {@code user ada}, {@code ada in Ops}. */
  public String what() {
    String object = target == null || target.isEmpty() ? resource : target;
    if (object == null) {
      return type;
    }
    return type.equals("member")
        ? (member == null ? String.valueOf(resource) : member) + " in " + object
        : type + " " + object;
  }

  /** Who asked, or which changes led here. */
  public String by() {
    if (direction.equals("in")) {
      String who = token == null ? actor : token;
      return (who == null ? "-" : who) + (request == null ? "" : " " + request);
    }
    String changes =
        firstCause == null
            ? "sweep"
            : firstCause.equals(lastCause)
                ? "change " + firstCause
                : coalesced + " changes " + firstCause + ".." + lastCause;
    return attempt > 1 ? changes + ", attempt " + attempt : changes;
  }

  /** Status and reason, as far as there are any. */
  public String why() {
    StringBuilder why = new StringBuilder();
    if (status != null) {
      why.append(status);
    }
    for (String part : new @Nullable String[] {scimType, reason}) {
      if (part != null) {
        why.append(why.isEmpty() ? "" : " ").append(part);
      }
    }
    return why.toString();
  }
}
