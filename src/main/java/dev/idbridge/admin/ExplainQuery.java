package dev.idbridge.admin;

import org.jspecify.annotations.Nullable;

/**
 * What is to be explained.
 *
 * @param user id or userName
 * @param group id or displayName: only what this group brings; null for all
 * @param role only this role, as {@code ROLE} or {@code ROLE@RESOURCE}; null for all
 */
public record ExplainQuery(
    String app, String user, @Nullable String group, @Nullable String role) {}
