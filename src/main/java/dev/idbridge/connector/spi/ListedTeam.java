package dev.idbridge.connector.spi;

/**
 * A team as an {@link Inventory} shows it.
 *
 * @param remoteId the id that plans use
 * @param path how an operator finds it in the app
 */
public record ListedTeam(String remoteId, String name, String path) {}
