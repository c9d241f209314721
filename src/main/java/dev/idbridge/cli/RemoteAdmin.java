package dev.idbridge.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.idbridge.admin.AccountPreview;
import dev.idbridge.admin.AdminApi;
import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.AppAct;
import dev.idbridge.admin.AppCheck;
import dev.idbridge.admin.AppDetail;
import dev.idbridge.admin.DeadLetter;
import dev.idbridge.admin.DeadLetterQuery;
import dev.idbridge.admin.DirectoryContents;
import dev.idbridge.admin.DirectoryEntry;
import dev.idbridge.admin.Done;
import dev.idbridge.admin.Edit;
import dev.idbridge.admin.Edited;
import dev.idbridge.admin.ExplainQuery;
import dev.idbridge.admin.Explanation;
import dev.idbridge.admin.GrantAct;
import dev.idbridge.admin.GrantEntry;
import dev.idbridge.admin.GrantQuery;
import dev.idbridge.admin.GroupOperations;
import dev.idbridge.admin.Happening;
import dev.idbridge.admin.ImportOperations;
import dev.idbridge.admin.Json;
import dev.idbridge.admin.Lane;
import dev.idbridge.admin.LetterAct;
import dev.idbridge.admin.ModeRequest;
import dev.idbridge.admin.ModeSwitch;
import dev.idbridge.admin.NewToken;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.PageRequest;
import dev.idbridge.admin.ReplayAll;
import dev.idbridge.admin.Replayed;
import dev.idbridge.admin.RuleOperations;
import dev.idbridge.admin.Status;
import dev.idbridge.admin.SyncLogLine;
import dev.idbridge.admin.SyncLogQuery;
import dev.idbridge.admin.TokenEntry;
import dev.idbridge.admin.Trail;
import dev.idbridge.admin.UserDetail;
import dev.idbridge.admin.UserEntry;
import dev.idbridge.admin.UserQuery;
import dev.idbridge.model.StoreUnavailable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The running daemon, asked over its admin API. */
final class RemoteAdmin implements AdminOperations {
  private final URI base;
  private final AdminCalls http;

  RemoteAdmin(URI base, String token) {
    this.base = base;
    this.http = new AdminCalls(base, token);
  }

  /** Fails when the daemon does not answer or does not take our token. */
  void knock(long pid) throws IOException {
    try {
      directories();
    } catch (StoreUnavailable e) {
      // it answers; the verb itself will tell of the store
    } catch (AdminRefused e) {
      throw new IOException("process " + pid + " at " + base + " refuses us: " + e.detail(), e);
    } catch (AdminCalls.DaemonSilent e) {
      throw new IOException(
          "process " + pid + " runs, but " + base + " does not answer (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public GroupOperations groups() {
    return new RemoteGroups(http);
  }

  @Override
  public RuleOperations rules() {
    return new RemoteRules(http);
  }

  @Override
  public ImportOperations imports() {
    return new RemoteImports(http);
  }

  @Override
  public Status status() {
    return http.get("/status", new TypeReference<>() {});
  }

  @Override
  public List<DirectoryEntry> directories() {
    return http.get("/directories", new TypeReference<Page<DirectoryEntry>>() {}).items();
  }

  @Override
  public DirectoryEntry directory(String name) {
    return http.get("/directories/" + encoded(name), new TypeReference<>() {});
  }

  @Override
  public DirectoryEntry setDirectory(String name, Map<String, String> settings) {
    return http.post(
        "/directories/" + encoded(name) + "/settings", settings, new TypeReference<>() {});
  }

  @Override
  public DirectoryEntry createDirectory(String name) {
    return http.post("/directories", new AdminApi.DirectoryRequest(name), new TypeReference<>() {});
  }

  @Override
  public DirectoryContents directoryContents(String name) {
    return http.get("/directories/" + encoded(name) + "/contents", new TypeReference<>() {});
  }

  @Override
  public ModeSwitch switchMode(String name, ModeRequest to) {
    return http.post("/directories/" + encoded(name) + "/mode", to, new TypeReference<>() {});
  }

  @Override
  public Done deleteDirectory(String name) {
    return Json.read(
        http.call("DELETE", "/directories/" + encoded(name), null), new TypeReference<>() {});
  }

  @Override
  public Edited edit(String directory, Edit edit) {
    return http.post(
        "/directories/" + encoded(directory) + "/edits", edit, new TypeReference<>() {});
  }

  @Override
  public List<TokenEntry> tokens(String directory) {
    String path = "/directories/" + encoded(directory) + "/tokens";
    return http.get(path, new TypeReference<Page<TokenEntry>>() {}).items();
  }

  @Override
  public NewToken createToken(
      String directory, String name, String kind, String scope, @Nullable Instant expires) {
    return http.post(
        "/directories/" + encoded(directory) + "/tokens",
        new AdminApi.TokenRequest(name, kind, scope, expires),
        new TypeReference<>() {});
  }

  @Override
  public NewToken rotateToken(
      String directory, String id, Duration overlap, @Nullable Instant expires) {
    return http.post(
        "/directories/" + encoded(directory) + "/tokens/" + encoded(id) + "/rotations",
        new AdminApi.RotationRequest(overlap.toString(), expires),
        new TypeReference<>() {});
  }

  @Override
  public void revokeToken(String directory, String id) {
    http.call("DELETE", "/directories/" + encoded(directory) + "/tokens/" + encoded(id), null);
  }

  @Override
  public Explanation explain(ExplainQuery query) {
    return http.get(
        "/apps/"
            + encoded(query.app())
            + "/users/"
            + encoded(query.user())
            + "/explanation"
            + query("group", query.group(), "role", query.role()),
        new TypeReference<>() {});
  }

  @Override
  public Page<SyncLogLine> syncLog(SyncLogQuery query) {
    return http.get(
        "/sync-log"
            + query(
                "app", query.app(),
                "result", query.result(),
                "direction", query.direction(),
                "action", query.action(),
                "resource", query.resource(),
                "user", query.user(),
                "group", query.group(),
                "request", query.request(),
                "since", query.since(),
                "until", query.until(),
                "order", query.newestFirst() ? "desc" : "asc",
                "limit", query.page().limit(),
                "after", query.page().after()),
        new TypeReference<>() {});
  }

  @Override
  public Page<UserEntry> users(UserQuery query) {
    return http.get(
        "/users"
            + query(
                "directory", query.directory(),
                "user-name", query.userName(),
                "active", query.active(),
                "limit", query.page().limit(),
                "after", query.page().after()),
        new TypeReference<>() {});
  }

  @Override
  public UserDetail user(String user) {
    return http.get("/users/" + encoded(user), new TypeReference<>() {});
  }

  @Override
  public Page<Happening> trace(String user, PageRequest page) {
    return http.get(
        "/users/" + encoded(user) + "/trace" + query("limit", page.limit(), "after", page.after()),
        new TypeReference<>() {});
  }

  @Override
  public Page<DeadLetter> deadLetters(DeadLetterQuery query) {
    PageRequest page = query.page();
    return http.get(
        "/dead-letters"
            + query(
                "app", query.app(),
                "kind", query.kind(),
                "limit", page.limit(),
                "after", page.after()),
        new TypeReference<>() {});
  }

  @Override
  public DeadLetter deadLetter(String id) {
    return http.get("/dead-letters/" + encoded(id), new TypeReference<>() {});
  }

  @Override
  public Done actOnDeadLetter(String id, LetterAct act) {
    return http.post("/dead-letters/" + encoded(id) + "/acts", act, new TypeReference<>() {});
  }

  @Override
  public Replayed replayAll(ReplayAll which) {
    return http.post("/dead-letters/replays", which, new TypeReference<>() {});
  }

  @Override
  public AppDetail app(String name) {
    return http.get("/apps/" + encoded(name), new TypeReference<>() {});
  }

  @Override
  public AppCheck checkApp(String name) {
    return http.post("/apps/" + encoded(name) + "/checks", Map.of(), new TypeReference<>() {});
  }

  @Override
  public Done actOnApp(String name, AppAct act) {
    return http.post("/apps/" + encoded(name) + "/acts", act, new TypeReference<>() {});
  }

  @Override
  public Page<GrantEntry> grants(GrantQuery query) {
    return http.get(
        "/grants"
            + query(
                "app", query.app(),
                "user", query.user(),
                "group", query.group(),
                "limit", query.page().limit(),
                "after", query.page().after()),
        new TypeReference<>() {});
  }

  @Override
  public Done actOnGrant(String app, GrantAct act) {
    return http.post("/apps/" + encoded(app) + "/grants/acts", act, new TypeReference<>() {});
  }

  @Override
  public Trail provision(String app, String user) {
    return http.post(
        "/apps/" + encoded(app) + "/provisions",
        new AdminApi.Provision(user),
        new TypeReference<>() {});
  }

  @Override
  public AccountPreview preview(String app, String user) {
    return http.get(
        "/apps/" + encoded(app) + "/preview" + query("user", user), new TypeReference<>() {});
  }

  @Override
  public Page<Lane> lanes(String app, @Nullable String state, PageRequest page) {
    return http.get(
        "/apps/"
            + encoded(app)
            + "/lanes"
            + query("state", state, "limit", page.limit(), "after", page.after()),
        new TypeReference<>() {});
  }

  /** Names and values in turn; what is null is left out. */
  static String query(@Nullable Object... pairs) {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      if (value != null) {
        query.add(pairs[i] + "=" + encoded(value.toString()));
      }
    }
    return query.toString();
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
