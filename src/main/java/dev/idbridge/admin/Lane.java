package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where the delivery of one target stands.
 *
 * @param kind account, team or grants
 * @param target name of the user or group, when it is known
 * @param resource id of the user or group in the directory
 * @param nextAttempt null when nothing is due
 * @param reason why it waits or failed last
 */
public record Lane(
    String id,
    String app,
    String kind,
    @Nullable String target,
    @Nullable String resource,
    String state,
    int attempts,
    @Nullable Instant nextAttempt,
    @Nullable Instant firstFailed,
    @Nullable String reason) {}
