package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A user in a list.
 *
 * @param modified when an identity provider or person changed it last
 */
public record UserEntry(
    String id,
    @Nullable String directory,
    String userName,
    @Nullable String externalId,
    boolean active,
    Instant modified) {}
