package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of the sync log; null means any.
 *
 * @param app only effects in this app
 * @param result SUCCESS, SKIPPED or FAILED
 * @param direction in or out
 * @param action such as CREATE or MEMBER_ADD
 * @param resource id of a user or group in the directory
 * @param user id or userName: what was done about that user, as a member too
 * @param group id or displayName: what was done about that group and its members
 * @param request id of the identity provider's request
 * @param since not before this moment
 * @param until before this moment
 * @param newestFirst for people; programs that follow the log read oldest first
 */
public record SyncLogQuery(
    @Nullable String app,
    @Nullable String result,
    @Nullable String direction,
    @Nullable String action,
    @Nullable String resource,
    @Nullable String user,
    @Nullable String group,
    @Nullable String request,
    @Nullable Instant since,
    @Nullable Instant until,
    boolean newestFirst,
    PageRequest page) {

  /** The same lines, another page. */
  public SyncLogQuery at(PageRequest other) {
    return new SyncLogQuery(
        app,
        result,
        direction,
        action,
        resource,
        user,
        group,
        request,
        since,
        until,
        newestFirst,
        other);
  }

  /** The same, from another moment on and in the order in which it happened. */
  public SyncLogQuery oldestFirst(Instant moment) {
    return new SyncLogQuery(
        app, result, direction, action, resource, user, group, request, moment, until, false, page);
  }
}
