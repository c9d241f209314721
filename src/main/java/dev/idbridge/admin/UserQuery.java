package dev.idbridge.admin;

import org.jspecify.annotations.Nullable;

/**
 * Which users to list, in the order of creation.
 *
 * @param directory null for all
 * @param userName what user names begin with, in any case; null for all
 * @param active null for all
 */
public record UserQuery(
    @Nullable String directory,
    @Nullable String userName,
    @Nullable Boolean active,
    PageRequest page) {}
