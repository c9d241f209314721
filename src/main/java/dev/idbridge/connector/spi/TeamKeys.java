package dev.idbridge.connector.spi;

/** What identifies a team before it is linked. */
public record TeamKeys(String name) {}
