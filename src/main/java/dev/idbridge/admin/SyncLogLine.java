package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the sync log: an intake write or one effect on one object in one app.
 *
 * @param id rises with time
 * @param direction in or out
 * @param result SUCCESS, SKIPPED or FAILED
 * @param action what was asked or done, such as create, update, disable, member-add
 * @param type user, group, account, team, member or grant
 * @param resource id in the directory
 * @param target name of the object; for a member or grant, of the team it concerns
 * @param reason why, where it is no plain success
 * @param firstCause id of the first change that led here; {@code lastCause} of the last
 * @param coalesced how many changes this one effect carried out; 1 for intake
 * @param request the request id of an intake write
 * @param status HTTP status answered to an intake write
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
    @Nullable String reason,
    @Nullable String firstCause,
    @Nullable String lastCause,
    int coalesced,
    @Nullable String request,
    @Nullable Integer status) {}
