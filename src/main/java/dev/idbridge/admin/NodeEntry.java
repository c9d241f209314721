package dev.idbridge.admin;

import java.time.Instant;

/**
 * A daemon on the store.
 *
 * @param heard when it last said that it lives
 * @param live whether that is recent enough
 */
public record NodeEntry(
    int number,
    String host,
    long pid,
    String version,
    Instant started,
    Instant heard,
    boolean live) {}
