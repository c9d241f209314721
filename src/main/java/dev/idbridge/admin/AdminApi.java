package dev.idbridge.admin;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.idbridge.admin.AdminRefused.Kind;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The paths of the admin API, over {@link AdminOperations}. Thread-safe. */
public final class AdminApi {
  public static final String ROOT = "/admin/v1";

  private final AdminOperations operations;
  private final List<Path> paths = new ArrayList<>();

  public AdminApi(AdminOperations operations) {
    this.operations = operations;
    get("status", Set.of(), call -> operations.status());
    get("directories", Set.of(), call -> whole(operations.directories()));
    get("directories/*", Set.of(), call -> operations.directory(call.part(1)));
    paths.add(new Path("POST", "directories/*/settings", Set.of(), this::setDirectory));
    get("directories/*/tokens", Set.of(), call -> whole(operations.tokens(call.part(1))));
    paths.add(new Path("POST", "directories/*/tokens", Set.of(), this::createToken));
    paths.add(new Path("DELETE", "directories/*/tokens/*", Set.of(), this::revokeToken));
    get("apps", Set.of(), call -> whole(operations.status().apps()));
    get(
        "apps/*/lanes",
        Set.of("state", "limit", "after"),
        call -> operations.lanes(call.part(1), call.query("state"), call.page()));
    get(
        "sync-log",
        Set.of("app", "result", "direction", "resource", "since", "order", "limit", "after"),
        call -> operations.syncLog(call.syncLog()));
    get(
        "dead-letters",
        Set.of("app", "limit", "after"),
        call -> operations.deadLetters(new DeadLetterQuery(call.query("app"), call.page())));
    get("dead-letters/*", Set.of(), call -> operations.deadLetter(call.part(1)));
  }

  /** What the body of a token's creation says. */
  public record TokenRequest(@Nullable String name, @Nullable Instant expires) {}

  /**
   * Answers one request that is authenticated already.
   *
   * @throws AdminRefused when it cannot be answered as it is
   */
  public AdminResponse answer(AdminRequest request) {
    Set<String> methods = new TreeSet<>();
    List<String> parts = parts(request.path());
    for (Path path : paths) {
      if (path.matches(parts)) {
        if (path.method.equals(request.method())) {
          return path.answer.to(new Call(request, parts, path.parameters));
        }
        methods.add(path.method);
      }
    }
    if (!methods.isEmpty()) {
      throw new AdminRefused(
          Kind.WRONG_METHOD, request.path() + " takes " + String.join(", ", methods));
    }
    throw AdminRefused.notFound("there is no " + request.path() + "; start at " + ROOT + "/status");
  }

  private AdminResponse createToken(Call call) {
    TokenRequest body =
        Json.read(
            call.request.body().isBlank() ? "{}" : call.request.body(), new TypeReference<>() {});
    String name = body.name() == null ? "" : body.name();
    return AdminResponse.created(operations.createToken(call.part(1), name, body.expires()));
  }

  private AdminResponse setDirectory(Call call) {
    Map<String, String> settings =
        Json.read(
            call.request.body().isBlank() ? "{}" : call.request.body(), new TypeReference<>() {});
    return AdminResponse.ok(operations.setDirectory(call.part(1), settings));
  }

  private AdminResponse revokeToken(Call call) {
    operations.revokeToken(call.part(1), call.part(3));
    return AdminResponse.nothing();
  }

  private void get(String template, Set<String> parameters, Read read) {
    paths.add(new Path("GET", template, parameters, call -> AdminResponse.ok(read.answer(call))));
  }

  private static <T> Page<T> whole(List<T> items) {
    return new Page<>(items, null);
  }

  private static List<String> parts(String path) {
    return path.startsWith(ROOT + "/")
        ? List.of(path.substring(ROOT.length() + 1).split("/", -1))
        : List.of();
  }

  private interface Read {
    Object answer(Call call);
  }

  private interface Answer {
    AdminResponse to(Call call);
  }

  private record Path(String method, String template, Set<String> parameters, Answer answer) {
    boolean matches(List<String> parts) {
      String[] wanted = template.split("/", -1);
      if (wanted.length != parts.size()) {
        return false;
      }
      for (int i = 0; i < wanted.length; i++) {
        String part = parts.get(i);
        if (wanted[i].equals("*") ? part.isEmpty() : !wanted[i].equals(part)) {
          return false;
        }
      }
      return true;
    }
  }

  private record Call(AdminRequest request, List<String> parts, Set<String> parameters) {
    Call {
      for (String name : request.query().keySet()) {
        if (!parameters.contains(name)) {
          throw AdminRefused.invalid(
              "'" + name + "' is no parameter here; known: " + new TreeSet<>(parameters));
        }
      }
    }

    String part(int index) {
      return parts.get(index);
    }

    @Nullable String query(String name) {
      String value = request.query().get(name);
      return value == null || value.isEmpty() ? null : value;
    }

    PageRequest page() {
      String limit = query("limit");
      try {
        return new PageRequest(
            limit == null ? PageRequest.USUAL : Integer.parseInt(limit), query("after"));
      } catch (NumberFormatException e) {
        throw AdminRefused.invalid("limit is '" + limit + "', must be a whole number");
      }
    }

    SyncLogQuery syncLog() {
      String order = query("order");
      if (order != null && !order.equals("asc") && !order.equals("desc")) {
        throw AdminRefused.invalid("order is '" + order + "', must be asc or desc");
      }
      return new SyncLogQuery(
          query("app"),
          query("result"),
          query("direction"),
          query("resource"),
          since(),
          !"asc".equals(order),
          page());
    }

    private @Nullable Instant since() {
      String since = query("since");
      try {
        return since == null ? null : Instant.parse(since);
      } catch (DateTimeParseException e) {
        throw AdminRefused.invalid(
            "since is '" + since + "', must be a UTC time such as 2026-01-31T12:00:00Z");
      }
    }
  }
}
