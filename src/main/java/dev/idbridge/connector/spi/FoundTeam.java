package dev.idbridge.connector.spi;

/**
 * A team the app holds already.
 *
 * @param remoteId the id that all later plans use
 * @param path how an operator finds it in the app: the way from the root, a DN, a name
 * @param type the app's own type word, empty where it has none
 */
public record FoundTeam(String remoteId, String path, String type) {}
