package dev.idbridge.admin;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.idbridge.admin.AdminRefused.Kind;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The paths of the admin API, over {@link AdminOperations}. Thread-safe. */
public final class AdminApi {
  public static final String ROOT = "/admin/v1";

  /** Header: who acts, as the command line says it; noted beside each act. */
  public static final String OPERATOR = "Idbridge-Operator";

  private final Function<String, ? extends AdminOperations> operations;
  private final List<Path> paths = new ArrayList<>();

  /**
   * @param operations what is acted on, by the name of who acts (empty when nobody says)
   */
  public AdminApi(Function<String, ? extends AdminOperations> operations) {
    this.operations = operations;
    get("status", Set.of(), call -> call.bridge().status());
    get("directories", Set.of(), call -> whole(call.bridge().directories()));
    get("directories/*", Set.of(), call -> call.bridge().directory(call.part(1)));
    post(
        "directories",
        call ->
            AdminResponse.created(
                call.bridge().createDirectory(call.body(DirectoryRequest.class).name())));
    paths.add(
        new Path(
            "DELETE",
            "directories/*",
            Set.of(),
            call -> ok(call.bridge().deleteDirectory(call.part(1)))));
    get("directories/*/contents", Set.of(), call -> call.bridge().directoryContents(call.part(1)));
    post(
        "directories/*/mode",
        call -> ok(call.bridge().switchMode(call.part(1), call.body(ModeRequest.class))));
    post(
        "directories/*/edits", call -> ok(call.bridge().edit(call.part(1), call.body(Edit.class))));
    post("directories/*/settings", AdminApi::setDirectory);
    get("directories/*/tokens", Set.of(), call -> whole(call.bridge().tokens(call.part(1))));
    post("directories/*/tokens", AdminApi::createToken);
    post("directories/*/tokens/*/rotations", AdminApi::rotateToken);
    paths.add(new Path("DELETE", "directories/*/tokens/*", Set.of(), AdminApi::revokeToken));
    Set<String> paging = Set.of("limit", "after");
    get("directories/*/groups", paging, call -> call.groups().list(call.part(1), call.page()));
    get("directories/*/groups/*", Set.of(), call -> call.groups().show(call.part(1), call.text(3)));
    get(
        "directories/*/groups/*/members",
        paging,
        call -> call.groups().members(call.part(1), call.text(3), call.page()));
    get(
        "directories/*/groups/*/tree",
        Set.of("limit"),
        call -> whole(call.groups().tree(call.part(1), call.text(3), call.page().limit())));
    post(
        "directories/*/groups/*/acts",
        call ->
            ok(
                call.groups()
                    .act(call.part(1), call.text(3), call.body(GroupOperations.Act.class))));
    get("apps", Set.of(), call -> whole(call.bridge().status().apps()));
    get("apps/*", Set.of(), call -> call.bridge().app(call.part(1)));
    post("apps/*/acts", call -> ok(call.bridge().actOnApp(call.part(1), call.body(AppAct.class))));
    post("apps/*/checks", call -> ok(call.bridge().checkApp(call.part(1))));
    post(
        "apps/*/provisions",
        call -> ok(call.bridge().provision(call.part(1), call.body(Provision.class).user())));
    post(
        "apps/*/imports",
        call ->
            ok(
                call.bridge()
                    .imports()
                    .begin(call.part(1), call.body(ImportRequest.class).directory())));
    get("apps/*/imports", Set.of(), call -> call.bridge().imports().state(call.part(1)));
    get(
        "apps/*/imports/undecided",
        Set.of("left", "limit", "after"),
        call ->
            call.bridge()
                .imports()
                .undecided(call.part(1), Boolean.TRUE.equals(call.flag("left")), call.page()));
    post(
        "apps/*/imports/decisions",
        call ->
            ok(
                call.bridge()
                    .imports()
                    .decide(call.part(1), call.body(ImportOperations.Decision.class))));
    get(
        "apps/*/preview",
        Set.of("user"),
        call -> {
          String user = call.query("user");
          if (user == null) {
            throw AdminRefused.invalid("user is missing: say an id or a userName");
          }
          return call.bridge().preview(call.part(1), user);
        });
    get("apps/*/rules", paging, call -> call.rules().versions(call.part(1), call.page()));
    get(
        "apps/*/rules/text",
        Set.of("version"),
        call -> call.rules().export(call.part(1), call.number("version")));
    post(
        "apps/*/rules",
        call -> ok(call.rules().set(call.part(1), call.body(RuleOperations.Proposal.class))));
    post("apps/*/rules/previews", AdminApi::previewRules);
    get(
        "apps/*/lanes",
        Set.of("state", "limit", "after"),
        call -> call.bridge().lanes(call.part(1), call.query("state"), call.page()));
    get(
        "users",
        Set.of("directory", "user-name", "active", "limit", "after"),
        call ->
            call.bridge()
                .users(
                    new UserQuery(
                        call.query("directory"),
                        call.query("user-name"),
                        call.flag("active"),
                        call.page())));
    get("users/*", Set.of(), call -> call.bridge().user(call.text(1)));
    get(
        "users/*/trace",
        Set.of("limit", "after"),
        call -> call.bridge().trace(call.text(1), call.page()));
    get(
        "apps/*/users/*/explanation",
        Set.of("group", "role"),
        call ->
            call.bridge()
                .explain(
                    new ExplainQuery(
                        call.part(1), call.text(3), call.query("group"), call.query("role"))));
    get(
        "grants",
        Set.of("app", "user", "group", "limit", "after"),
        call ->
            call.bridge()
                .grants(
                    new GrantQuery(
                        call.query("app"), call.query("user"), call.query("group"), call.page())));
    post(
        "apps/*/grants/acts",
        call -> ok(call.bridge().actOnGrant(call.part(1), call.body(GrantAct.class))));
    paths.add(new Path("GET", "sync-log", SYNC_LOG, AdminApi::syncLog));
    get(
        "dead-letters",
        Set.of("app", "kind", "limit", "after"),
        call ->
            call.bridge()
                .deadLetters(
                    new DeadLetterQuery(call.query("app"), call.query("kind"), call.page())));
    get("dead-letters/*", Set.of(), call -> call.bridge().deadLetter(call.part(1)));
    post(
        "dead-letters/*/acts",
        call -> ok(call.bridge().actOnDeadLetter(call.part(1), call.body(LetterAct.class))));
    post("dead-letters/replays", call -> ok(call.bridge().replayAll(call.body(ReplayAll.class))));
  }

  /**
   * What the body of a preview of rules says.
   *
   * @param user id or userName; null for everybody
   * @param rules YAML; null for the rules in force
   */
  public record RulePreview(@Nullable String user, @Nullable String name, @Nullable String rules) {}

  private static AdminResponse previewRules(Call call) {
    RulePreview asked = call.body(RulePreview.class);
    RuleOperations.Proposal proposal =
        asked.rules() == null
            ? null
            : new RuleOperations.Proposal(
                asked.name() == null ? "rules" : asked.name(), asked.rules(), false);
    return asked.user() == null
        ? ok(call.rules().preview(call.part(1), proposal))
        : ok(call.rules().preview(call.part(1), asked.user(), proposal));
  }

  private static final Set<String> SYNC_LOG =
      Set.of(
          "app",
          "result",
          "direction",
          "action",
          "resource",
          "user",
          "group",
          "request",
          "since",
          "until",
          "order",
          "format",
          "limit",
          "after");

  /** What the body of a token's creation says. */
  public record TokenRequest(
      @Nullable String name,
      @Nullable String kind,
      @Nullable String scope,
      @Nullable Instant expires) {}

  /**
   * What the body of a token's rotation says.
   *
   * @param overlap ISO-8601; 24 hours when it is not said
   */
  public record RotationRequest(@Nullable String overlap, @Nullable Instant expires) {}

  /** What the body of a directory's creation says. */
  public record DirectoryRequest(String name) {
    public DirectoryRequest {
      if (name == null) {
        throw AdminRefused.invalid("name is missing");
      }
    }
  }

  /** What the body of an import says. */
  public record ImportRequest(String directory) {
    public ImportRequest {
      if (directory == null) {
        throw AdminRefused.invalid("directory is missing: say which one the app is imported into");
      }
    }
  }

  /** How long both tokens work when nobody says otherwise. */
  public static final Duration OVERLAP = Duration.ofHours(24);

  /**
   * What the body of a provisioning says.
   *
   * @param user id or userName
   */
  public record Provision(String user) {
    public Provision {
      if (user == null) {
        throw AdminRefused.invalid("user is missing: say an id or a userName");
      }
    }
  }

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
          AdminOperations bridge = operations.apply(request.operator());
          return path.answer.to(new Call(bridge, request, parts, path.parameters));
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

  /** Every method and path below {@link #ROOT}, as {@code GET directories/*}. */
  public List<String> endpoints() {
    return paths.stream().map(path -> path.method + " " + path.template).toList();
  }

  private static AdminResponse createToken(Call call) {
    TokenRequest body =
        Json.read(
            call.request.body().isBlank() ? "{}" : call.request.body(), new TypeReference<>() {});
    String name = body.name() == null ? "" : body.name();
    String scope = body.scope() == null ? "full" : body.scope();
    return AdminResponse.created(
        call.bridge()
            .createToken(
                call.part(1),
                name,
                body.kind() == null ? "bearer" : body.kind(),
                scope,
                body.expires()));
  }

  private static AdminResponse rotateToken(Call call) {
    RotationRequest body = call.body(RotationRequest.class);
    Duration overlap = OVERLAP;
    if (body.overlap() != null) {
      try {
        overlap = Duration.parse(body.overlap());
      } catch (DateTimeParseException e) {
        throw AdminRefused.invalid(
            "overlap is '" + body.overlap() + "', must be a duration such as PT24H or P7D");
      }
    }
    return AdminResponse.created(
        call.bridge().rotateToken(call.part(1), call.part(3), overlap, body.expires()));
  }

  private static AdminResponse setDirectory(Call call) {
    Map<String, String> settings =
        Json.read(
            call.request.body().isBlank() ? "{}" : call.request.body(), new TypeReference<>() {});
    return AdminResponse.ok(call.bridge().setDirectory(call.part(1), settings));
  }

  private static AdminResponse revokeToken(Call call) {
    call.bridge().revokeToken(call.part(1), call.part(3));
    return AdminResponse.nothing();
  }

  /** A page, or with {@code format} all that match, line by line. */
  private static AdminResponse syncLog(Call call) {
    SyncLogQuery query = call.syncLog();
    String format = call.query("format");
    if (format == null) {
      return ok(call.bridge().syncLog(query));
    }
    SyncLogExport.Format wanted = SyncLogExport.Format.of(format);
    SyncLogExport export = new SyncLogExport(call.bridge(), query, wanted);
    export.check();
    return AdminResponse.pieces(wanted.contentType(), export::writeTo);
  }

  private static AdminResponse ok(Object value) {
    return AdminResponse.ok(value);
  }

  private void post(String template, Answer answer) {
    paths.add(new Path("POST", template, Set.of(), answer));
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

  private record Call(
      AdminOperations bridge, AdminRequest request, List<String> parts, Set<String> parameters) {
    Call {
      for (String name : request.query().keySet()) {
        if (!parameters.contains(name)) {
          throw AdminRefused.invalid(
              "'" + name + "' is no parameter here; known: " + new TreeSet<>(parameters));
        }
      }
    }

    <T> T body(Class<T> type) {
      return Json.read(request.body(), type);
    }

    RuleOperations rules() {
      return bridge().rules();
    }

    /** Null when it is not asked for. */
    @Nullable Long number(String name) {
      String text = query(name);
      if (text == null) {
        return null;
      }
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        throw AdminRefused.invalid(name + " is '" + text + "', must be a whole number");
      }
    }

    String part(int index) {
      return parts.get(index);
    }

    /** A part that may have any character, and so arrives encoded. */
    String text(int index) {
      try {
        return URLDecoder.decode(parts.get(index).replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw AdminRefused.invalid("'" + parts.get(index) + "' is not well encoded");
      }
    }

    GroupOperations groups() {
      return bridge.groups();
    }

    @Nullable String query(String name) {
      String value = request.query().get(name);
      return value == null || value.isEmpty() ? null : value;
    }

    @Nullable Boolean flag(String name) {
      String value = query(name);
      if (value != null && !value.equals("true") && !value.equals("false")) {
        throw AdminRefused.invalid(name + " is '" + value + "', must be true or false");
      }
      return value == null ? null : Boolean.valueOf(value);
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
          query("action"),
          query("resource"),
          query("user"),
          query("group"),
          query("request"),
          moment("since"),
          moment("until"),
          !"asc".equals(order),
          page());
    }

    private @Nullable Instant moment(String name) {
      String text = query(name);
      try {
        return text == null ? null : Instant.parse(text);
      } catch (DateTimeParseException e) {
        throw AdminRefused.invalid(
            name + " is '" + text + "', must be a UTC time such as 2026-01-31T12:00:00Z");
      }
    }
  }
}
