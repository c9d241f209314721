package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of the sync log; null means any.
 *
 * @param app only effects in this app
 * @param result SUCCESS, SKIPPED or FAILED
 * @param direction in or out
 * @param resource id of a user or group in the directory
 * @param since not before this moment
 * @param newestFirst for people; programs that follow the log read oldest first
 */
public record SyncLogQuery(
    @Nullable String app,
    @Nullable String result,
    @Nullable String direction,
    @Nullable String resource,
    @Nullable Instant since,
    boolean newestFirst,
    PageRequest page) {}
