package dev.idbridge.admin;

import org.jspecify.annotations.Nullable;

/**
 * Which grants to list; null for all.
 *
 * @param user id or userName
 * @param group id or displayName
 */
public record GrantQuery(
    @Nullable String app, @Nullable String user, @Nullable String group, PageRequest page) {}
