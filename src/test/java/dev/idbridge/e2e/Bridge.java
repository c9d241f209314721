package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.StoreSettings;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.ScimApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A daemon that serves, on a database of its own, configured by files as an operator would write
 * them; with a token and an HTTP client of its default directory.
 */
final class Bridge implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);

  final Path folder;
  final Path conf;
  final Path data;
  final ServedBridge daemon;
  final ScimHttp scim;
  private final Databases database;

  /**
   * @param apps the text of each app's file, by name
   */
  Bridge(DatabaseKind kind, Path folder, Map<String, String> apps) throws Exception {
    this(kind, folder, apps, "");
  }

  /**
   * @param apps the text of each app's file, by name
   * @param settings further sections of {@code idbridge.yaml}
   */
  Bridge(DatabaseKind kind, Path folder, Map<String, String> apps, String settings)
      throws Exception {
    this(kind, folder, apps, settings, Clock.systemUTC());
  }

  /** The same by another clock, which counts on the embedded store alone. */
  Bridge(DatabaseKind kind, Path folder, Map<String, String> apps, String settings, Clock clock)
      throws Exception {
    this.folder = folder;
    this.database = Databases.fresh(kind);
    this.data = folder.resolve("data");
    this.conf = configure(folder, database.settings(), apps);
    Files.writeString(conf.resolve("idbridge.yaml"), settings, StandardOpenOption.APPEND);
    this.daemon = new ServedBridge(conf, data, clock);
    this.scim = client(daemon);
  }

  static ScimHttp client(ServedBridge daemon) {
    Ran made = daemon.verb("token", "create", "--name", "idp");
    assertThat(made.code()).as(made.err()).isZero();
    return new ScimHttp(daemon.intake(), made.out().strip());
  }

  /** Writes {@code conf/}; answers it. */
  static Path configure(Path folder, StoreSettings store, Map<String, String> apps)
      throws IOException {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    String user = store.user() == null ? "" : ", user: " + store.user();
    Files.writeString(
        conf.resolve("idbridge.yaml"),
        """
        server: {port: 0}
        management: {port: 0}
        store: {url: "%s"%s}
        delivery: {retry: {first: PT1S, max: PT2S}}
        """
            .formatted(store.url(), user));
    Path folderOfApps = Files.createDirectories(conf.resolve("apps"));
    for (Map.Entry<String, String> app : apps.entrySet()) {
      Files.writeString(folderOfApps.resolve(app.getKey() + ".yaml"), app.getValue());
    }
    return conf;
  }

  static String scimApp(String baseUrl) {
    return "connector: scim\nsettings: {base-url: \"%s\", token: \"%s\"}\n"
        .formatted(baseUrl, ScimApp.TOKEN);
  }

  static String ldapApp(LdapTree tree) {
    return """
    connector: ldap
    settings:
      url: "ldap://127.0.0.1:%d"
      bind-dn: "%s"
      password: "%s"
      users-base: "%s"
      groups-base: "%s"
    """
        .formatted(
            tree.port(), LdapTree.ADMIN, LdapTree.PASSWORD, LdapTree.PEOPLE, LdapTree.GROUPS);
  }

  /** Runs a verb that must end with this code and tell nobody of a stack. */
  Ran verb(int code, String... words) {
    Ran ran = daemon.verb(words);
    assertThat(ran.code())
        .as(String.join(" ", words) + "\n" + ran.out() + ran.err())
        .isEqualTo(code);
    assertThat(ran.err()).doesNotContain("\tat ");
    return ran;
  }

  /** Until the claim holds; when it does not in time, with what the bridge tells of it. */
  void soon(Wait.Assertions claim) throws Exception {
    try {
      Wait.until(SOON, claim);
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + "\n" + daemon.verb("sync-log").out() + daemon.verb("status").out(), e);
    }
  }

  /** Lines of the sync log, newest first. */
  List<JsonNode> syncLog(String... options) {
    List<String> words = new java.util.ArrayList<>(List.of("sync-log", "--json"));
    words.addAll(List.of(options));
    Ran ran = daemon.verb(words.toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isZero();
    return ran.out().lines().map(Json::tree).toList();
  }

  /** The first column of a query on the daemon's database, while it works with it. */
  List<String> rows(String sql) throws SQLException {
    StoreSettings store = database.settings();
    String user = store.user() == null ? "" : store.user();
    // Of a file that is open in this process, H2 asks for the same name.
    String url = store.url().replace("jdbc:h2:file:", "jdbc:h2:retry:");
    try (Connection second = DriverManager.getConnection(url, user, "");
        Statement statement = second.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      List<String> rows = new java.util.ArrayList<>();
      while (found.next()) {
        rows.add(found.getString(1));
      }
      return rows;
    }
  }

  /** Changes the daemon's database behind its back. */
  void change(String sql) throws SQLException {
    StoreSettings store = database.settings();
    String user = store.user() == null ? "" : store.user();
    String url = store.url().replace("jdbc:h2:file:", "jdbc:h2:retry:");
    try (Connection second = DriverManager.getConnection(url, user, "");
        Statement statement = second.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  @Override
  public void close() {
    daemon.close();
    database.close();
  }
}
