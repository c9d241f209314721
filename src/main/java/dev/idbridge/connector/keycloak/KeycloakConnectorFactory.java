package dev.idbridge.connector.keycloak;

import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code connector: keycloak}: a realm, through the Admin REST API. */
public final class KeycloakConnectorFactory implements ConnectorFactory {
  /** Fields of a user that are no attributes, by what to say. */
  private static final Map<String, String> OURS =
      Map.of(
          "username", "is written from userName; map that instead",
          "email", "is written from emails; map that instead",
          "firstname", "is written from givenName; map that instead",
          "lastname", "is written from familyName; map that instead",
          "enabled", "says whether the user is active; leave it out");

  @Override
  public String kind() {
    return "keycloak";
  }

  @Override
  public List<SettingSpec> settings() {
    return List.of(
        SettingSpec.required(
            "base-url", "The server's address, without /admin or /realms; such as https://host."),
        SettingSpec.required("realm", "The realm whose users and groups are kept."),
        SettingSpec.optional(
            "client-id",
            "idbridge",
            "A confidential client with a service account; it needs the realm-management roles"
                + " manage-users, view-users, query-users, query-groups, view-realm, view-clients"
                + " and query-clients."),
        SettingSpec.secret("client-secret", "That client's secret."),
        new SettingSpec(
            "client-realm",
            "The realm the client stands in; without it the one that is kept.",
            false,
            null,
            false),
        SettingSpec.optional(
            "external-id-attribute",
            "externalId",
            "User and group attribute that keeps the IdP's id, or none; the realm must allow"
                + " unmanaged attributes to administrators."),
        SettingSpec.optional(
            "display-name-attribute",
            "displayName",
            "User attribute that keeps the display name, or none."),
        SettingSpec.optional(
            "team-type-attribute",
            "teamType",
            "Group attribute that says 'group' on groups made here, or none."),
        SettingSpec.optional(
            "email-verified",
            "false",
            "Whether addresses written here count as verified, because the IdP vouches for them."),
        SettingSpec.optional(
            "end-sessions", "true", "Whether a disabled user is signed out at once."),
        SettingSpec.optional("page-size", "100", "Users or groups per page, 1 to 1000."),
        SettingSpec.optional(
            "members-per-call",
            "20",
            "Memberships changed in one step, 1 to 200; each is one request."));
  }

  @Override
  public List<String> identity() {
    return List.of("base-url", "realm");
  }

  /** Attributes of users are lists of texts under any name that is not Keycloak's or ours. */
  @Override
  public Optional<String> whyNotMapped(String attribute, Settings settings) {
    String instead = OURS.get(attribute.toLowerCase(Locale.ROOT));
    if (instead != null) {
      return Optional.of(instead);
    }
    for (String setting : List.of("external-id-attribute", "display-name-attribute")) {
      if (attribute.equals(settings.get(setting))) {
        return Optional.of("is taken by settings." + setting + "; name another there");
      }
    }
    return Optional.empty();
  }

  @Override
  public Connector create(Settings settings, Services services) {
    return new KeycloakConnector(Realm.of(settings), settings, services);
  }
}
