package dev.idbridge.scim;

import dev.idbridge.model.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  private static final String ID = "{id}";

  /** Every path, those with a word before those with an id in the same place. */
  private static final List<Path> PATHS = paths();

  /**
   * @param template segments; {@value #ID} stands for any
   * @param methods in the order in which {@code Allow} names them
   */
  private record Path(
      List<String> template, @Nullable ResourceType type, Map<String, Operation> methods) {
    boolean matches(List<String> segments) {
      if (segments.size() != template.size()) {
        return false;
      }
      for (int i = 0; i < segments.size(); i++) {
        if (!template.get(i).equals(ID) && !template.get(i).equals(segments.get(i))) {
          return false;
        }
      }
      return true;
    }

    Endpoint endpoint(Operation operation, List<String> segments) {
      boolean document = operation == Operation.DISCOVER || operation == Operation.BULK;
      return new Endpoint(
          operation,
          type,
          template.contains(ID) ? segments.getLast() : null,
          document ? segments.getFirst() : "");
    }
  }

  private static List<Path> paths() {
    List<Path> paths = new ArrayList<>();
    add(paths, null, "", "GET", Operation.LIST);
    for (ResourceType type : ResourceType.values()) {
      String all = type.endpoint();
      add(paths, type, all, "GET", Operation.LIST, "POST", Operation.CREATE);
      add(paths, type, all + "/.search", "POST", Operation.SEARCH, "PUT", Operation.SEARCH);
      add(
          paths,
          type,
          all + "/" + ID,
          "GET",
          Operation.READ,
          "PUT",
          Operation.REPLACE,
          "PATCH",
          Operation.PATCH,
          "DELETE",
          Operation.DELETE);
    }
    add(paths, null, ".search", "POST", Operation.SEARCH, "PUT", Operation.SEARCH);
    add(paths, null, "Bulk", "POST", Operation.BULK);
    for (String document :
        List.of(
            "ServiceProviderConfig",
            "Schemas",
            "Schemas/" + ID,
            "ResourceTypes",
            "ResourceTypes/" + ID)) {
      add(paths, null, document, "GET", Operation.DISCOVER);
    }
    return List.copyOf(paths);
  }

  private static void add(
      List<Path> paths, @Nullable ResourceType type, String path, Object... methods) {
    Map<String, Operation> operations = new LinkedHashMap<>();
    for (int i = 0; i < methods.length; i += 2) {
      operations.put((String) methods[i], (Operation) methods[i + 1]);
    }
    paths.add(new Path(path.isEmpty() ? List.of() : List.of(path.split("/")), type, operations));
  }

  /** All that is offered, as {@code GET /Users/{id}}. */
  static List<String> offered() {
    return PATHS.stream()
        .flatMap(
            path ->
                path.methods().keySet().stream()
                    .map(method -> method + " /" + String.join("/", path.template())))
        .toList();
  }

  /**
   * @param segments decoded, below the base path
   * @throws Refusal 404, 405 with {@code Allow}, or 501 for what the bridge does not offer
   */
  static Endpoint of(String method, List<String> segments) throws Refusal {
    // HEAD is GET without the answer's body (RFC 9110 section 9.3.2), which the server leaves out.
    method = method.equals("HEAD") ? "GET" : method;
    for (Path path : PATHS) {
      if (path.matches(segments)) {
        Operation operation = path.methods().get(method);
        if (operation == null) {
          throw notAllowed(method, String.join(", ", path.methods().keySet()));
        }
        return path.endpoint(operation, segments);
      }
    }
    if (!segments.isEmpty() && segments.getFirst().equals("Me")) {
      throw new Refusal(501, "/Me is not offered: a provisioning token is no user");
    }
    throw notFound(String.join("/", segments));
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
}
