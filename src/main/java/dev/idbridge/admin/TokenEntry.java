package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An intake token, without its secret.
 *
 * @param state live, expired or revoked, now
 * @param lastUsedFrom address of the last request that used it
 */
public record TokenEntry(
    String id,
    String directory,
    String name,
    String state,
    Instant created,
    @Nullable Instant expires,
    @Nullable Instant revoked,
    @Nullable Instant lastUsed,
    @Nullable String lastUsedFrom) {}
