package dev.idbridge.admin;

import java.time.Instant;

/**
 * @param count dead letters that are tried again
 * @param lastDue when the last of them is
 */
public record Replayed(int count, Instant lastDue) {}
