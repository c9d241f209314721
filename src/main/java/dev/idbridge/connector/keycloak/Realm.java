package dev.idbridge.connector.keycloak;

import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.spi.Settings;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Which realm, and where it keeps what Keycloak itself has no place for.
 *
 * @param server address of the server, without a slash at its end
 * @param externalId user and group attribute, or null: not kept
 * @param displayName user attribute, or null: not kept
 * @param teamType group attribute, or null: not kept
 * @param emailVerified addresses count as verified
 * @param endSessions a disabled user is signed out
 */
record Realm(
    String server,
    String realm,
    @Nullable String externalId,
    @Nullable String displayName,
    @Nullable String teamType,
    boolean emailVerified,
    boolean endSessions,
    int pageSize,
    int membersPerCall) {

  static Realm of(Settings settings) {
    return new Realm(
        RestClient.base(settings, "base-url"),
        settings.require("realm"),
        attribute(settings, "external-id-attribute"),
        attribute(settings, "display-name-attribute"),
        attribute(settings, "team-type-attribute"),
        settings.flag("email-verified"),
        settings.flag("end-sessions"),
        settings.integer("page-size", 1, 1000),
        settings.integer("members-per-call", 1, 200));
  }

  private static @Nullable String attribute(Settings settings, String name) {
    String value = settings.get(name);
    return value == null || value.isBlank() || value.equals("none") ? null : value;
  }

  /** What all calls of the Admin API stand under. */
  String admin() {
    return server + "/admin/realms/" + RestClient.encode(realm);
  }

  static URI tokenEndpoint(String server, String realm) {
    return URI.create(
        server + "/realms/" + RestClient.encode(realm) + "/protocol/openid-connect/token");
  }
}
