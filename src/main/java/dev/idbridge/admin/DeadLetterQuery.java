package dev.idbridge.admin;

import org.jspecify.annotations.Nullable;

/**
 * @param app null for all
 */
public record DeadLetterQuery(@Nullable String app, PageRequest page) {}
