package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An intake token, without its secret.
 *
 * @param scope full or read-only
 * @param state live, replaced (works until its overlap ends), expired or revoked, now
 * @param lastUsedFrom address of the last request that used it
 * @param replacedBy id of the token that replaced it
 * @param usedSinceReplaced whether somebody has not changed to that one; null when not replaced
 * @param clientId of the OAuth client whose secret this is; null for a bearer token
 */
public record TokenEntry(
    String id,
    String directory,
    String name,
    String scope,
    String state,
    Instant created,
    @Nullable Instant expires,
    @Nullable Instant revoked,
    @Nullable Instant lastUsed,
    @Nullable String lastUsedFrom,
    @Nullable String replacedBy,
    @Nullable Instant replaced,
    @Nullable Boolean usedSinceReplaced,
    @Nullable String clientId) {}
