package dev.idbridge.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.idbridge.admin.AdminApi;
import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.AdminResponse;
import dev.idbridge.admin.Json;
import dev.idbridge.model.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the running daemon's admin API. A full HTTP client would take longer to load than the
 * answer takes, so this is the JDK's oldest and smallest one. Thread-safe.
 */
final class AdminCalls {
  private static final int CONNECT_MILLIS = 3_000;

  /** A reset drops millions of rows, a provisioning waits for an app. */
  private static final int READ_MILLIS = 600_000;

  private final URI base;
  private final String token;

  AdminCalls(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /** The daemon went away, or answers something that is no answer. */
  static final class DaemonSilent extends RuntimeException {
    private static final long serialVersionUID = 1;

    DaemonSilent(String message) {
      super(message);
    }
  }

  /** Who acts: the user of this process, who must be able to read the token's file. */
  static String operator() {
    return System.getProperty("user.name", "").replaceAll("[^\\x20-\\x7e]", "?");
  }

  <T> T get(String path, TypeReference<T> type) {
    return Json.read(call("GET", path, null), type);
  }

  <T> T post(String path, Object body, TypeReference<T> type) {
    return Json.read(call("POST", path, Json.write(body)), type);
  }

  String call(String method, String path, @Nullable String body) {
    try {
      HttpURLConnection http =
          (HttpURLConnection)
              base.resolve(AdminApi.ROOT + path).toURL().openConnection(Proxy.NO_PROXY);
      http.setRequestMethod(method);
      http.setConnectTimeout(CONNECT_MILLIS);
      http.setReadTimeout(READ_MILLIS);
      http.setInstanceFollowRedirects(false);
      http.setRequestProperty("Authorization", "Bearer " + token);
      http.setRequestProperty(AdminApi.OPERATOR, operator());
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
}
