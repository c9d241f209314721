package dev.idbridge.connector.spi;

/**
 * An account the app holds already.
 *
 * @param remoteId the id that all later plans use; stable under rename
 * @param label how an operator recognises it in the app (user name, DN)
 */
public record FoundAccount(String remoteId, String label, boolean active) {}
