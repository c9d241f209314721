package dev.idbridge.admin;

import org.jspecify.annotations.Nullable;

/**
 * @param app null for all
 * @param kind account, team or grants; null for all
 */
public record DeadLetterQuery(@Nullable String app, @Nullable String kind, PageRequest page) {}
