package dev.idbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BridgeSettingsTest {
  private static final BridgeConfig.Limits LIMITS =
      new BridgeConfig.Limits(
          16 << 20, 500, 1_000, Duration.ofSeconds(2), 1_000, 1 << 20, Duration.ofSeconds(50));

  @TempDir Path root;
  ConfFolder conf;

  @BeforeEach
  void folder() throws Exception {
    conf = new ConfFolder(root);
  }

  @Test
  void anEmptyFileTakesEveryDefault() throws Exception {
    BridgeConfig config = conf.read();

    assertThat(config.server())
        .isEqualTo(
            new BridgeConfig.Server("127.0.0.1", 8080, null, List.of(), List.of(), null, LIMITS));
    assertThat(config.scim())
        .isEqualTo(new BridgeConfig.Scim(List.of(), 200_000, Duration.ofHours(1)));
    assertThat(config.management()).isEqualTo(new BridgeConfig.Management("127.0.0.1", 9876));
    String data = root.resolve("data").toString();
    assertThat(config.store())
        .isEqualTo(
            new BridgeConfig.Store(
                "jdbc:h2:file:" + data + "/idbridge", null, null, 16, Duration.ofMinutes(2)));
    BridgeConfig.Retry retry =
        new BridgeConfig.Retry(Duration.ofSeconds(5), Duration.ofHours(6), Duration.ofDays(28));
    assertThat(config.delivery())
        .isEqualTo(new BridgeConfig.Delivery(64, Duration.ofSeconds(30), retry));
    assertThat(config.retention())
        .isEqualTo(new BridgeConfig.Retention(Duration.ofDays(90), Duration.ofDays(400)));
    assertThat(config.apps()).isEmpty();
  }

  @Test
  void everySettingCanBeWritten() throws Exception {
    BridgeConfig config =
        conf.bridge(
                """
                server: {host: 0.0.0.0, port: 1, public-url: "https://id.example.com/", base-paths: ["/a/{directory}/v2"], trusted-proxies: [10.0.0.0/8, "::1"], tls: {certificate: , key: }}
                scim: {filterable: [title, "urn:x:2.0:User:code"], scan-limit: 5, cursor-life: PT2H}
                management: {host: "::1", port: 2}
                store: {url: "jdbc:mariadb://db/idbridge?sslMode=verify-full", user: u, password: p, pool: 3}
                delivery: {workers: 4, lease: PT10S, retry: {first: PT1S, max: PT2H, keep: P30D}}
                retention: {sync-log: P2D, changes: P3D}
                """)
            .read();

    assertThat(config.server().publicUrl()).isEqualTo("https://id.example.com");
    assertThat(config.server().basePaths()).containsExactly("/a/{directory}/v2");
    assertThat(config.server().trustedProxies()).containsExactly("10.0.0.0/8", "::1");
    assertThat(config.scim().filterable()).containsExactly("title", "urn:x:2.0:User:code");
    assertThat(config.scim().scanLimit()).isEqualTo(5);
    assertThat(config.store().password()).isEqualTo("p");
    assertThat(config.store().embedded()).isFalse();
    assertThat(config.delivery().retry().keep()).isEqualTo(Duration.ofDays(30));
    assertThat(config.retention().changes()).isEqualTo(Duration.ofDays(3));
  }

  @Test
  void theShippedFileShowsExactlyTheDefaults() throws Exception {
    String shipped = Files.readString(Path.of("conf/idbridge.yaml"));
    BridgeConfig byDefault = conf.read();

    conf.bridge(shipped);
    assertThat(conf.read()).isEqualTo(byDefault);
    conf.bridge(shipped.replaceAll("(?m)^( *)#(?=[a-z])", "$1"));
    assertThat(conf.read()).isEqualTo(byDefault);
  }

  @Test
  void theShippedFileNamesEverySetting() throws Exception {
    String shipped = Files.readString(Path.of("conf/idbridge.yaml"));
    Problems problems = new Problems();
    conf.bridge(shipped.replaceAll("(?m)^( *)#(?=[a-z])", "$1"));
    Path file = root.resolve("conf/idbridge.yaml");
    Section written =
        new Section("f", "", YamlFile.read(file, "f", problems), Environment.NONE, problems);
    Section asked = new Section("f", "", null, Environment.NONE, problems);
    new BridgeReader(asked, new References(conf.variables)).read(conf.places(), List.of());

    List<String> shown = leaves(written, "");

    assertThat(asked.asked()).containsExactlyInAnyOrderElementsOf(shown);
  }

  private static List<String> leaves(Section section, String path) {
    return section.written().stream()
        .flatMap(
            key ->
                section.isMapping(key)
                    ? leaves(section.section(key), path + key + ".").stream()
                    : List.of(path + key).stream())
        .toList();
  }

  @Test
  void everySettingHasItsVariable() throws Exception {
    BridgeConfig config =
        conf.bridge("server: {port: 7, host: 1.2.3.4}")
            .variable("IDBRIDGE_SERVER_PORT", "99")
            .variable("IDBRIDGE_SERVER_PUBLIC_URL", "https://x.example")
            .variable("IDBRIDGE_SERVER_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2")
            .variable("IDBRIDGE_DELIVERY_RETRY_MAX", "PT1H")
            .variable("IDBRIDGE_RETENTION_SYNC_LOG", "P1D")
            .read();

    assertThat(config.server().port()).isEqualTo(99);
    assertThat(config.server().host()).isEqualTo("1.2.3.4");
    assertThat(config.server().publicUrl()).isEqualTo("https://x.example");
    assertThat(config.server().trustedProxies()).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(config.delivery().retry().max()).isEqualTo(Duration.ofHours(1));
    assertThat(config.retention().syncLog()).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void aWrongVariableIsNamedAsVariable() {
    conf.variable("IDBRIDGE_SERVER_PORT", "many")
        .variable("IDBRIDGE_SERVER_PROT", "1")
        .variable("IDBRIDGE_SERVICE_HOST", "orchestrators set this for a service of our name");

    assertThat(conf.problems())
        .containsExactly(
            "environment: IDBRIDGE_SERVER_PORT: is 'many', must be a whole number from 0 to 65535",
            "environment: IDBRIDGE_SERVER_PROT: names no setting; did you mean"
                + " 'IDBRIDGE_SERVER_PORT'?");
  }

  @Test
  void everyProblemIsToldAtOnceWithItsPlace() throws Exception {
    conf.bridge(
            """
            server:
              prot: 8080
              port: eighty
              public-url: id.example.com
              trusted-proxies: [proxy.example.com, 10.0.0.0/64]
            delivery:
              lease: 30s
              retry: {first: PT7H}
            retention: forever
            """)
        .app("crm", "connector: nope\n");

    assertThat(conf.problems())
        .containsExactly(
            "idbridge.yaml:2:3: server.prot: is not a known setting; did you mean 'port'?",
            "idbridge.yaml:3:9: server.port: is 'eighty', must be a whole number from 0 to 65535",
            "idbridge.yaml:4:15: server.public-url: is 'id.example.com', must be what IdPs call us"
                + " by, such as https://id.example.com",
            "idbridge.yaml:5:20: server.trusted-proxies: has 'proxy.example.com', must be an"
                + " address or block such as 10.0.0.0/8 or ::1",
            "idbridge.yaml:5:20: server.trusted-proxies: has '10.0.0.0/64', must be an address or"
                + " block such as 10.0.0.0/8 or ::1",
            "idbridge.yaml:7:10: delivery.lease: is '30s', must be an ISO-8601 duration such as"
                + " PT30S, PT6H or P28D (no years or months)",
            "idbridge.yaml:8:18: delivery.retry.first: is longer than delivery.retry.max; make it"
                + " shorter",
            "idbridge.yaml:9:12: retention: must be a mapping of 'key: value' lines, not a single"
                + " value",
            "apps/crm.yaml:1:12: connector: is 'nope', which no connector calls itself; write one"
                + " of try");
  }

  @Test
  void yamlThatCannotBeReadIsToldWithLineAndColumn() throws Exception {
    assertThat(conf.bridge("server:\n  port: [1\n").problems().getFirst())
        .startsWith("idbridge.yaml:3:1: is not YAML: ");
    assertThat(conf.bridge("server:\n\tport: 1\n").problems().getFirst())
        .startsWith("idbridge.yaml:2:1: is not YAML: ");
    assertThat(conf.bridge("- a\n").problems())
        .containsExactly("idbridge.yaml:1:1: must be a mapping of 'key: value' lines");
    assertThat(conf.bridge("server: {port: 1}\nserver: {port: 2}\n").problems())
        .containsExactly("idbridge.yaml:2:1: server: stands twice; keep one of them");
    assertThat(conf.bridge("server: {}\n---\nstore: {}\n").problems().getFirst())
        .startsWith("idbridge.yaml:3:1: a second YAML document");
    Files.write(root.resolve("conf/idbridge.yaml"), new byte[] {'a', ':', (byte) 0xff});
    assertThat(conf.problems()).containsExactly("idbridge.yaml: is not UTF-8; save it as UTF-8");
  }

  @Test
  void aMissingFolderOrFileIsTold() throws Exception {
    Files.delete(root.resolve("conf/idbridge.yaml"));
    assertThat(conf.problems().getFirst()).startsWith("idbridge.yaml: is not there; create it");

    ConfFolder other = new ConfFolder(root.resolve("other"));
    Files.delete(other.root.resolve("conf/idbridge.yaml"));
    Files.delete(other.root.resolve("conf/apps"));
    Files.delete(other.root.resolve("conf"));
    assertThat(other.problems().getFirst()).contains("is not a folder").contains("--conf");
  }

  @Test
  void aMariadbUrlMustSayItsSslMode() throws Exception {
    TreeMap<String, String> wrong = new TreeMap<>();
    wrong.put("jdbc:mariadb://db/x", "does not say sslMode; add sslMode=verify-full");
    wrong.put("jdbc:mariadb://db/x?sslMode=yes", "unknown sslMode 'yes'");
    wrong.put("jdbc:mariadb://db/x?sslMode=trust&password=pw", "move it to store.password");
    wrong.put("jdbc:mysql://db/x", "names the MySQL driver");
    wrong.put("jdbc:h2:mem:x", "must keep its data in a file");
    wrong.put("jdbc:postgresql://db/x", "must start with jdbc:h2:file:");
    for (String url : wrong.keySet()) {
      List<String> problems = conf.bridge("store: {url: '" + url + "'}").problems();
      assertThat(problems).as(url).singleElement().asString().contains(wrong.get(url));
      assertThat(problems.toString()).doesNotContain("pw");
    }
    for (String mode : List.of("disable", "trust", "verify-ca", "verify-full")) {
      conf.bridge(
          "store: {url: 'jdbc:mariadb://db/x?useServerPrepStmts=true&sslMode=" + mode + "'}");
      assertThat(conf.problems()).isEmpty();
    }
  }

  @Test
  void thePasswordOfTheStoreIsResolvedAndNeverShown() throws Exception {
    Path file = Files.writeString(root.resolve("secret"), "hunter2\n");
    BridgeConfig config =
        conf.bridge("store: {user: '${env:DB_USER}', password: '${file:" + file + "}'}")
            .variable("DB_USER", "bridge")
            .read();

    assertThat(config.store().user()).isEqualTo("bridge");
    assertThat(config.store().password()).isEqualTo("hunter2");
    assertThat(config.toString()).doesNotContain("hunter2");

    conf.bridge("store: {user: '${env:NOBODY}', password: '${cred:db}'}");
    assertThat(conf.problems().stream().collect(Collectors.joining("\n")))
        .contains("store.user: '${env:NOBODY}' is not set; set the environment variable NOBODY")
        .contains("store.password: '${cred:db}' needs systemd credentials");
  }
}
