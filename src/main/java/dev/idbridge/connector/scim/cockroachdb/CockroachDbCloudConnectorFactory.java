package dev.idbridge.connector.scim.cockroachdb;

import dev.idbridge.connector.rest.BearerToken;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.scim.ScimConnectorFactory;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code connector: cockroachdb-cloud}: an organization in CockroachDB Cloud. */
public final class CockroachDbCloudConnectorFactory implements ConnectorFactory {
  /** What the service's SCIM differs in from the generic defaults. */
  private static final Map<String, String> DIALECT =
      Map.of("content-type", "application/json", "members-shown", "true");

  @Override
  public String kind() {
    return "cockroachdb-cloud";
  }

  @Override
  public List<SettingSpec> settings() {
    return List.of(
        SettingSpec.optional(
            "base-url", "https://cockroachlabs.cloud", "The service's address, without /api."),
        SettingSpec.required(
            "organization-id", "The organization; roles without a resource are granted on it."),
        SettingSpec.secret("token", "Secret of a service account with the role ORG_ADMIN."),
        SettingSpec.optional("page-size", "100", "Users or groups per page, 1 to 1000."),
        SettingSpec.optional(
            "members-per-request", "100", "Members added and removed in one PATCH, 1 to 1000."));
  }

  @Override
  public List<String> identity() {
    return List.of("base-url", "organization-id");
  }

  @Override
  public Connector create(Settings settings, Services services) {
    String base = RestClient.base(settings, "base-url");
    RestClient roles =
        new RestClient(base + "/api/v1", new BearerToken(settings, "token"), services);
    ScimConnectorFactory scim = new ScimConnectorFactory();
    return scim.create(
        new Dialect(settings, base, scim.settings()),
        services,
        new CloudRoles(roles, settings.require("organization-id")));
  }

  /** The settings of the generic connector: ours where we have them, else the service's habits. */
  private record Dialect(Settings own, String base, List<SettingSpec> specs) implements Settings {
    @Override
    public @Nullable String get(String name) {
      return switch (name) {
        case "base-url" -> base + "/api/scim/v2";
        case "page-size", "members-per-request", "token" -> own.get(name);
        default -> DIALECT.containsKey(name) ? DIALECT.get(name) : otherwise(name);
      };
    }

    private @Nullable String otherwise(String name) {
      for (SettingSpec spec : specs) {
        if (spec.name().equals(name)) {
          return spec.otherwise();
        }
      }
      return null;
    }

    @Override
    public @Nullable String secret(String name) {
      return name.equals("token") ? own.secret("token") : null;
    }
  }
}
