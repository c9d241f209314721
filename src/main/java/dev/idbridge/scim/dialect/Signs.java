package dev.idbridge.scim.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.Dialect;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What gives an identity provider away. A User-Agent names its product and is sure; habits (how
 * Entra ID writes operations, which parameters it leaves in the URL) tell only those apart that
 * have some. Pure.
 */
final class Signs {
  private static final Map<String, Dialect> PRODUCTS = new LinkedHashMap<>();

  static {
    PRODUCTS.put("okta", Dialect.OKTA);
    PRODUCTS.put("onelogin", Dialect.ONELOGIN);
    PRODUCTS.put("authentik", Dialect.AUTHENTIK);
    PRODUCTS.put("jumpcloud", Dialect.JUMPCLOUD);
    PRODUCTS.put("sailpoint", Dialect.SAILPOINT);
    PRODUCTS.put("pingone", Dialect.PINGONE);
    PRODUCTS.put("pingfederate", Dialect.PINGONE);
    PRODUCTS.put("keycloak", Dialect.KEYCLOAK);
    PRODUCTS.put("azure", Dialect.ENTRA);
    PRODUCTS.put("microsoft entra", Dialect.ENTRA);
  }

  /** Parameters that an administrator adds to Entra ID's tenant URL; it sends them along. */
  private static final Set<String> ENTRA_FLAGS = Set.of("aadoptscim062020", "azureadscimpatch2017");

  private static final String ENTRA_GROUP =
      "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

  private Signs() {}

  /** From the User-Agent. */
  static Optional<Dialect> ofAgent(@Nullable String agent) {
    if (agent == null) {
      return Optional.empty();
    }
    String lower = agent.toLowerCase(Locale.ROOT);
    return PRODUCTS.entrySet().stream()
        .filter(product -> lower.contains(product.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /**
   * From the query of the URL.
   *
   * @param query raw
   */
  static Optional<Dialect> ofQuery(@Nullable String query) {
    String lower = query == null ? "" : query.toLowerCase(Locale.ROOT);
    return ENTRA_FLAGS.stream().anyMatch(lower::contains)
        ? Optional.of(Dialect.ENTRA)
        : Optional.empty();
  }

  /** From a body: the ADSCIM schema of a group, or {@code Add}, {@code Replace}, {@code Remove}. */
  static Optional<Dialect> ofBody(JsonNode body) {
    for (JsonNode urn : body.path("schemas")) {
      if (urn.asText().equalsIgnoreCase(ENTRA_GROUP)) {
        return Optional.of(Dialect.ENTRA);
      }
    }
    for (JsonNode operation : body.path("Operations")) {
      String op = operation.path("op").asText();
      if (!op.isEmpty() && Character.isUpperCase(op.charAt(0))) {
        return Optional.of(Dialect.ENTRA);
      }
    }
    return Optional.empty();
  }
}
