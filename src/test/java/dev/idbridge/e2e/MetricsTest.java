package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.HttpFaults.Fault;
import dev.idbridge.testing.ScimApp;
import dev.idbridge.testing.SettableClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What monitoring sees, by the names that the document gives it. */
class MetricsTest {
  private static final Pattern DOCUMENTED =
      Pattern.compile("^\\| `(idbridge_[a-z_]+)\\{?([a-z_,]*)\\}?` \\|", Pattern.MULTILINE);
  private static final Pattern SHOWN =
      Pattern.compile("^(idbridge_[a-z_]+)(?:\\{(.*)\\})? (\\S+)$", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  @TempDir Path folder;

  private static String scrape(Bridge bridge) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create(
                          bridge.daemon.adminUrl().replaceAll("/admin/v1$", "")
                              + "/observe/metrics"))
                  .build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  private static Map<String, Set<String>> shown(String page) {
    Map<String, Set<String>> metrics = new TreeMap<>();
    Matcher line = SHOWN.matcher(page);
    while (line.find()) {
      Set<String> labels =
          metrics.computeIfAbsent(
              line.group(1).replaceAll("_seconds_(count|sum|max|bucket)$", "_seconds"),
              name -> new TreeSet<>());
      Matcher label = LABEL.matcher(line.group(2) == null ? "" : line.group(2));
      while (label.find()) {
        if (!Set.of("le", "quantile").contains(label.group(1))) {
          labels.add(label.group(1));
        }
      }
    }
    return metrics;
  }

  private static Map<String, Set<String>> documented() throws Exception {
    Map<String, Set<String>> metrics = new TreeMap<>();
    Matcher row = DOCUMENTED.matcher(Files.readString(Path.of("src/docs/operating.md")));
    while (row.find()) {
      metrics.put(
          row.group(1),
          row.group(2).isEmpty() ? Set.of() : new TreeSet<>(Set.of(row.group(2).split(","))));
    }
    return metrics;
  }

  private static double value(Bridge bridge, String metric) throws Exception {
    Matcher line = SHOWN.matcher(scrape(bridge));
    while (line.find()) {
      if (line.group(1).equals(metric)) {
        return Double.parseDouble(line.group(3));
      }
    }
    throw new AssertionError("there is no " + metric);
  }

  @Test
  void whatIsShownIsWhatTheDocumentNamesAndTokensAreWatchedByTheClock() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2030-01-01T00:00:00Z"));
    try (ScimApp crm = new ScimApp();
        HttpFaults wire = new HttpFaults(crm.baseUrl().replace("/scim/v2", ""));
        Bridge bridge =
            new Bridge(
                DatabaseKind.H2,
                folder,
                Map.of("crm", Bridge.scimApp(wire.url() + "/scim/v2")),
                "",
                clock)) {
      String old = bridge.verb(0, "token", "create", "--name", "old").out().strip();
      String id = tokenId(bridge, "old");
      bridge.verb(0, "token", "rotate", id, "--overlap", "P30D");
      assertThat(line(bridge, id)).doesNotContain("yes");
      new ScimHttp(bridge.scim.base, old).get("/Users");
      assertThat(line(bridge, id)).as("still used, from where").contains("yes", "127.0.0.1");
      assertThat(bridge.verb(0, "status").out()).contains("is still used, last from 127.0.0.1");
      bridge.verb(0, "token", "create", "--name", "short", "--expires", "2030-01-21T00:00:00Z");

      wire.next("GET", new Fault.Instead(503, Map.of(), ""));
      String ada = bridge.scim.user("ada");
      // Back-off and breakers go by the clock that stands still.
      bridge.soon(
          () -> {
            clock.forward(Duration.ofSeconds(1));
            assertThat(crm.users()).hasSize(1);
          });
      bridge.scim.active(ada, false);
      bridge.soon(
          () -> {
            clock.forward(Duration.ofSeconds(1));
            assertThat(shown(scrape(bridge))).isEqualTo(documented());
          });

      double left = value(bridge, "idbridge_token_expiry_seconds");
      assertThat(left).isBetween(Duration.ofDays(19).toSeconds() / 1.0, 20 * 86_400.0);
      assertThat(bridge.verb(0, "status").out()).doesNotContain("(short)");

      clock.forward(Duration.ofDays(7));
      assertThat(bridge.verb(0, "status").out())
          .contains("(short) of directory default ends at 2030-01-21T00:00:00Z");
      bridge.soon(
          () -> {
            assertThat(value(bridge, "idbridge_token_expiry_seconds")).isLessThan(13 * 86_400.0);
            assertThat(value(bridge, "idbridge_idp_last_seen_seconds"))
                .isBetween(7 * 86_400.0, 7 * 86_400.0 + 3_600);
          });
      assertThat(bridge.verb(0, "directory", "show", "default").out())
          .contains("last heard", "2030-01-01");
      assertThat(bridge.verb(0, "status").out()).contains("last heard");

      bridge.scim.get("/Users");
      bridge.soon(
          () ->
              assertThat(value(bridge, "idbridge_idp_last_seen_seconds")).isLessThan(86_400.0));
    }
  }

  private static String tokenId(Bridge bridge, String name) {
    return bridge
        .verb(0, "token", "list")
        .out()
        .lines()
        .filter(row -> row.contains(" " + name + " "))
        .findFirst()
        .orElseThrow()
        .split(" ")[0];
  }

  private static String line(Bridge bridge, String id) {
    return bridge
        .verb(0, "token", "list")
        .out()
        .lines()
        .filter(row -> row.startsWith(id))
        .findFirst()
        .orElseThrow();
  }
}
