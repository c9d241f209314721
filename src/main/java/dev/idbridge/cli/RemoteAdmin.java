package dev.idbridge.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.idbridge.admin.AdminApi;
import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.AdminResponse;
import dev.idbridge.admin.DeadLetter;
import dev.idbridge.admin.DeadLetterQuery;
import dev.idbridge.admin.DirectoryEntry;
import dev.idbridge.admin.Json;
import dev.idbridge.admin.Lane;
import dev.idbridge.admin.NewToken;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.PageRequest;
import dev.idbridge.admin.Status;
import dev.idbridge.admin.SyncLogLine;
import dev.idbridge.admin.SyncLogQuery;
import dev.idbridge.admin.TokenEntry;
import dev.idbridge.model.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The running daemon, asked over its admin API. A full HTTP client would take longer to load than
 * the answer takes, so this is the JDK's oldest and smallest one.
 */
final class RemoteAdmin implements AdminOperations {
  private static final int CONNECT_MILLIS = 3_000;
  private static final int READ_MILLIS = 60_000;

  private final URI base;
  private final String token;

  RemoteAdmin(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /** Fails when the daemon does not answer or does not take our token. */
  void knock(long pid) throws IOException {
    try {
      directories();
    } catch (StoreUnavailable e) {
      // it answers; the verb itself will tell of the store
    } catch (AdminRefused e) {
      throw new IOException("process " + pid + " at " + base + " refuses us: " + e.detail(), e);
    } catch (DaemonSilent e) {
      throw new IOException(
          "process " + pid + " runs, but " + base + " does not answer (" + e.getMessage() + ")", e);
    }
  }

  /** The daemon went away, or answers something that is no answer. */
  static final class DaemonSilent extends RuntimeException {
    private static final long serialVersionUID = 1;

    DaemonSilent(String message) {
      super(message);
    }
  }

  @Override
  public Status status() {
    return get("/status", new TypeReference<>() {});
  }

  @Override
  public List<DirectoryEntry> directories() {
    return get("/directories", new TypeReference<Page<DirectoryEntry>>() {}).items();
  }

  @Override
  public DirectoryEntry directory(String name) {
    return get("/directories/" + encoded(name), new TypeReference<>() {});
  }

  @Override
  public DirectoryEntry setDirectory(String name, Map<String, String> settings) {
    return Json.read(
        call("POST", "/directories/" + encoded(name) + "/settings", Json.write(settings)),
        new TypeReference<>() {});
  }

  @Override
  public List<TokenEntry> tokens(String directory) {
    String path = "/directories/" + encoded(directory) + "/tokens";
    return get(path, new TypeReference<Page<TokenEntry>>() {}).items();
  }

  @Override
  public NewToken createToken(String directory, String name, @Nullable Instant expires) {
    String body = Json.write(new AdminApi.TokenRequest(name, expires));
    return Json.read(
        call("POST", "/directories/" + encoded(directory) + "/tokens", body),
        new TypeReference<>() {});
  }

  @Override
  public void revokeToken(String directory, String id) {
    call("DELETE", "/directories/" + encoded(directory) + "/tokens/" + encoded(id), null);
  }

  @Override
  public Page<SyncLogLine> syncLog(SyncLogQuery query) {
    return get(
        "/sync-log"
            + query(
                "app", query.app(),
                "result", query.result(),
                "direction", query.direction(),
                "resource", query.resource(),
                "since", query.since(),
                "order", query.newestFirst() ? "desc" : "asc",
                "limit", query.page().limit(),
                "after", query.page().after()),
        new TypeReference<>() {});
  }

  @Override
  public Page<DeadLetter> deadLetters(DeadLetterQuery query) {
    PageRequest page = query.page();
    return get(
        "/dead-letters" + query("app", query.app(), "limit", page.limit(), "after", page.after()),
        new TypeReference<>() {});
  }

  @Override
  public DeadLetter deadLetter(String id) {
    return get("/dead-letters/" + encoded(id), new TypeReference<>() {});
  }

  @Override
  public Page<Lane> lanes(String app, @Nullable String state, PageRequest page) {
    return get(
        "/apps/"
            + encoded(app)
            + "/lanes"
            + query("state", state, "limit", page.limit(), "after", page.after()),
        new TypeReference<>() {});
  }

  private <T> T get(String path, TypeReference<T> type) {
    return Json.read(call("GET", path, null), type);
  }

  private String call(String method, String path, @Nullable String body) {
    try {
      HttpURLConnection http =
          (HttpURLConnection)
              base.resolve(AdminApi.ROOT + path).toURL().openConnection(Proxy.NO_PROXY);
      http.setRequestMethod(method);
      http.setConnectTimeout(CONNECT_MILLIS);
      http.setReadTimeout(READ_MILLIS);
      http.setInstanceFollowRedirects(false);
      http.setRequestProperty("Authorization", "Bearer " + token);
      if (body != null) {
        http.setDoOutput(true);
        http.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = http.getOutputStream()) {
          out.write(body.getBytes(StandardCharsets.UTF_8));
        }
      }
      int status = http.getResponseCode();
      String answer = text(status < 400 ? http.getInputStream() : http.getErrorStream());
      if (status >= 200 && status < 300) {
        return answer;
      }
      throw failure(status, answer);
    } catch (IOException e) {
      throw new DaemonSilent(String.valueOf(e.getMessage()));
    }
  }

  private static RuntimeException failure(int status, String answer) {
    AdminResponse.Problem problem =
        answer.startsWith("{")
            ? Json.read(answer, new TypeReference<>() {})
            : new AdminResponse.Problem("HTTP " + status, status, null);
    String detail = problem.detail() == null ? problem.title() : problem.detail();
    if (status == 503) {
      return new StoreUnavailable(detail, new IOException("the daemon answered 503"));
    }
    return Arrays.stream(AdminRefused.Kind.values())
        .filter(kind -> kind.status() == status)
        .findFirst()
        .<RuntimeException>map(kind -> new AdminRefused(kind, detail))
        .orElseGet(() -> new DaemonSilent("HTTP " + status + ": " + detail));
  }

  private static String text(@Nullable InputStream stream) throws IOException {
    if (stream == null) {
      return "";
    }
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Names and values in turn; what is null is left out. */
  private static String query(@Nullable Object... pairs) {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      if (value != null) {
        query.add(pairs[i] + "=" + encoded(value.toString()));
      }
    }
    return query.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
