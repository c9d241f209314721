package dev.idbridge.scim;

import dev.idbridge.model.ResourceType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a method on a path below the base path means (RFC 7644 section 3.2).
 *
 * @param type null for discovery, bulk, and a question about all types
 * @param id the resource's id, or what a discovery document is asked for by; null for all
 * @param document the discovery endpoint, else empty
 */
record Endpoint(
    Operation operation, @Nullable ResourceType type, @Nullable String id, String document) {

  /**
   * @param segments decoded, below the base path
   * @throws Refusal 404, 405 with {@code Allow}, or 501 for what the bridge does not offer
   */
  static Endpoint of(String method, List<String> segments) throws Refusal {
    // HEAD is GET without the answer's body (RFC 9110 section 9.3.2), which the server leaves out.
    method = method.equals("HEAD") ? "GET" : method;
    if (segments.isEmpty()) {
      if (!method.equals("GET")) {
        throw notAllowed(method, "GET");
      }
      return new Endpoint(Operation.LIST, null, null, "");
    }
    String first = segments.getFirst();
    String second = segments.size() > 1 ? segments.get(1) : null;
    for (ResourceType type : ResourceType.values()) {
      if (first.equals(type.endpoint()) && segments.size() <= 2) {
        return second == null ? all(method, type) : one(method, type, second);
      }
    }
    return switch (first) {
      case "ServiceProviderConfig" -> {
        if (second != null) {
          throw notFound(String.join("/", segments));
        }
        yield discovery(method, first, null);
      }
      case "Schemas", "ResourceTypes" -> {
        if (segments.size() > 2) {
          throw notFound(String.join("/", segments));
        }
        yield discovery(method, first, second);
      }
      case "Me" -> throw new Refusal(501, "/Me is not offered: a provisioning token is no user");
      case "Bulk" -> {
        if (second != null) {
          throw notFound(String.join("/", segments));
        }
        if (!method.equals("POST")) {
          throw notAllowed(method, "POST");
        }
        yield new Endpoint(Operation.BULK, null, null, first);
      }
      case ".search" -> {
        if (second != null) {
          throw notFound(String.join("/", segments));
        }
        yield search(method, null);
      }
      default -> throw notFound(String.join("/", segments));
    };
  }

  private static Endpoint all(String method, ResourceType type) throws Refusal {
    return switch (method) {
      case "GET" -> new Endpoint(Operation.LIST, type, null, "");
      case "POST" -> new Endpoint(Operation.CREATE, type, null, "");
      default -> throw notAllowed(method, "GET, POST");
    };
  }

  private static Endpoint one(String method, ResourceType type, String id) throws Refusal {
    if (id.equals(".search")) {
      return search(method, type);
    }
    return switch (method) {
      case "GET" -> new Endpoint(Operation.READ, type, id, "");
      case "PUT" -> new Endpoint(Operation.REPLACE, type, id, "");
      case "PATCH" -> new Endpoint(Operation.PATCH, type, id, "");
      case "DELETE" -> new Endpoint(Operation.DELETE, type, id, "");
      default -> throw notAllowed(method, "GET, PUT, PATCH, DELETE");
    };
  }

  private static Endpoint discovery(String method, String document, @Nullable String id)
      throws Refusal {
    if (!method.equals("GET")) {
      throw notAllowed(method, "GET");
    }
    return new Endpoint(Operation.DISCOVER, null, id, document);
  }

  static Refusal notFound(String path) {
    return new Refusal(
        404,
        "there is nothing at '"
            + (path.length() <= 200 ? path : path.substring(0, 200) + "...")
            + "'; SCIM is served under /scim/v2 and /scim/{directory}/v2, with /Users and /Groups");
  }

  private static Refusal notAllowed(String method, String allowed) {
    return new Refusal(
        405, "", method + " is not possible here; use " + allowed, Map.of("Allow", allowed));
  }

  private static Endpoint search(String method, @Nullable ResourceType type) throws Refusal {
    return switch (method) {
      case "POST", "PUT" -> new Endpoint(Operation.SEARCH, type, null, "");
      default -> throw notAllowed(method, "POST, PUT");
    };
  }
}
