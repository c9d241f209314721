package dev.idbridge.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The real Keycloak, as a process on 127.0.0.1 with an embedded database; one for all tests of a
 * run, since its first start takes most of a minute. Its distribution is unpacked by the Maven
 * profile {@code real-apps} into the folder that the system property {@code keycloak.home} names.
 */
public final class KeycloakServer implements Keycloak {
  private static final Duration FIRST_START = Duration.ofMinutes(4);
  private static final Set<String> ROLES =
      Set.of(
          "manage-users",
          "view-users",
          "query-users",
          "query-groups",
          "view-realm",
          "view-clients",
          "query-clients");
  private static KeycloakServer running;

  private final Path home;
  private final int port;
  private final Path log;
  private Process process;

  /** Starts it, unless it runs; its realm is made anew, with nothing in it of earlier tests. */
  public static synchronized KeycloakServer fresh() {
    if (running == null) {
      running = new KeycloakServer(Path.of(System.getProperty("keycloak.home", "target/keycloak")));
    } else {
      try (KeycloakAdmin master = new KeycloakAdmin(running.url())) {
        expect(master.send("DELETE", running.url() + "/admin/realms/" + REALM, null).statusCode());
      }
    }
    running.configure();
    return running;
  }

  private KeycloakServer(Path home) {
    this.home = home.toAbsolutePath();
    this.log = this.home.resolve("idbridge-test.log");
    if (!Files.isRegularFile(home.resolve("bin/kc.sh"))) {
      throw new AssertionError(
          "there is no Keycloak in " + this.home + "; mvn -Preal-apps test brings and starts one");
    }
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
      forget(this.home.resolve("data"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    start();
  }

  private static void forget(Path data) throws IOException {
    if (Files.exists(data)) {
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Override
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Serves again, with its data, once this returns. */
  public void start() {
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--http-host=127.0.0.1",
                "--http-port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "KC_BOOTSTRAP_ADMIN_USERNAME",
                "admin",
                "KC_BOOTSTRAP_ADMIN_PASSWORD",
                ADMIN,
                "JAVA_OPTS_KC_HEAP",
                "-Xms64m -Xmx400m",
                "JAVA_HOME",
                System.getProperty("java.home")));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long end = System.nanoTime() + FIRST_START.toNanos();
    while (!answers()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        process.destroyForcibly();
        throw new AssertionError("Keycloak did not start; see " + log);
      }
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }

  private boolean answers() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/realms/master")).build();
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** The realm, and the bridge's client with the roles that the manual names, and no others. */
  private void configure() {
    try (KeycloakAdmin master = new KeycloakAdmin(url())) {
      expect(
          master
              .send("POST", url() + "/admin/realms", "{'realm':'" + REALM + "','enabled':true}")
              .statusCode());
    }
    realm(true, true);
    try (KeycloakAdmin admin = new KeycloakAdmin(url())) {
      String client =
          admin
              .call(
                  "POST",
                  "/clients",
                  """
                  {'clientId':'idbridge','publicClient':false,'secret':'%s',
                   'serviceAccountsEnabled':true,'standardFlowEnabled':false,
                   'directAccessGrantsEnabled':false}
                  """
                      .formatted(SECRET))
              .path("id")
              .asText();
      String account =
          admin
              .call("GET", "/clients/" + client + "/service-account-user", null)
              .path("id")
              .asText();
      String management =
          admin.list("/clients?clientId=realm-management").getFirst().path("id").asText();
      List<JsonNode> roles =
          admin.list("/clients/" + management + "/roles").stream()
              .filter(role -> ROLES.contains(role.path("name").asText()))
              .toList();
      admin.call(
          "POST", "/users/" + account + "/role-mappings/clients/" + management, roles.toString());
    }
  }

  private static void expect(int status) {
    if (status >= 300) {
      throw new AssertionError("Keycloak answers " + status);
    }
  }

  @Override
  public void realm(boolean mayEditUserName, boolean mayKeepUnmanaged) {
    // A token knows the realms that there were when it was made.
    try (KeycloakAdmin admin = new KeycloakAdmin(url())) {
      admin.call("PUT", "", "{'editUsernameAllowed':" + mayEditUserName + "}");
      ObjectNode profile = (ObjectNode) admin.call("GET", "/users/profile", null);
      profile.put("unmanagedAttributePolicy", mayKeepUnmanaged ? "ADMIN_EDIT" : "ADMIN_VIEW");
      expect(
          admin
              .send("PUT", url() + "/admin/realms/" + REALM + "/users/profile", plain(profile))
              .statusCode());
    }
  }

  private static String plain(ObjectNode node) {
    try {
      return new ObjectMapper().writeValueAsString(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs on for the tests to come. */
  @Override
  public void close() {}
}
