package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.DaemonFiles;
import info.faljse.SDNotify.io.NativeDomainSocket;
import info.faljse.SDNotify.jna.CLibrary;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a real process: signals, files, systemd. */
class DaemonProcessTest {
  @TempDir Path folder;
  final List<Process> started = new ArrayList<>();

  @BeforeEach
  void configure() throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(
        folder.resolve("conf/idbridge.yaml"), "server: {port: 0}\nmanagement: {port: 0}\n");
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  Process serve(Map<String, String> variables) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-Dlogback.configurationFile=src/main/resources/logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            DaemonProcess.class.getName(),
            "serve",
            "--conf",
            folder.resolve("conf").toString(),
            "--data",
            folder.resolve("data").toString());
    builder.environment().putAll(variables);
    builder.redirectError(folder.resolve("log").toFile());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** Reads what the daemon tells people, up to its last line. */
  static String banner(Process process) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder text = new StringBuilder();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      text.append(line).append('\n');
      if (line.contains("sync-log")) {
        break;
      }
    }
    return text.toString();
  }

  static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended in time").isTrue();
    return process.exitValue();
  }

  @Test
  void serveTellsWhereItIsAndWhatTheEmbeddedStoreMeans() throws Exception {
    String banner = banner(serve(Map.of()));

    assertThat(banner)
        .containsPattern("intake +http://127.0.0.1:[1-9]\\d*/scim/v2")
        .containsPattern("store +embedded H2 in /.*/data/idbridge")
        .contains("not a power loss")
        .contains("one node only")
        .containsPattern("apps +none yet; add one as .*conf/apps/NAME.yaml")
        .containsPattern("health +http://127.0.0.1:[1-9]\\d*/observe/health");
  }

  @Test
  void itsFilesAreForTheOwnerOnlyAndGoWithIt() throws Exception {
    Process daemon = serve(Map.of());
    banner(daemon);
    Path data = folder.resolve("data");

    assertThat(mode(data.resolve("admin.token"))).isEqualTo("rw-------");
    assertThat(mode(data.resolve("daemon.json"))).isEqualTo("rw-------");
    assertThat(mode(data)).isEqualTo("rwx------");
    DaemonFiles.Daemon published = new DaemonFiles(data).daemon().orElseThrow();
    assertThat(published.pid()).isEqualTo(daemon.pid());
    assertThat(published.alive()).isTrue();

    daemon.destroy();
    assertThat(exit(daemon)).isEqualTo(143);
    assertThat(data.resolve("admin.token")).doesNotExist();
    assertThat(data.resolve("daemon.json")).doesNotExist();
    assertThat(Files.readString(folder.resolve("log"))).contains("INFO  Daemon ended");
  }

  static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aKilledDaemonLeavesNothingThatStopsTheNextOne() throws Exception {
    Process first = serve(Map.of());
    banner(first);
    first.destroyForcibly();
    assertThat(exit(first)).isEqualTo(137);
    assertThat(new DaemonFiles(folder.resolve("data")).daemon().orElseThrow().alive()).isFalse();

    Process second = serve(Map.of());
    assertThat(banner(second)).contains("Identity Bridge serves");
    assertThat(new DaemonFiles(folder.resolve("data")).daemon().orElseThrow().pid())
        .isEqualTo(second.pid());
  }

  @Test
  void twoDaemonsNeverShareADataFolder() throws Exception {
    Process first = serve(Map.of());
    banner(first);

    Process second = serve(Map.of());

    assertThat(exit(second)).isEqualTo(69);
    assertThat(Files.readString(folder.resolve("log")))
        .contains("process " + first.pid() + " already serves from the data folder");
    assertThat(first.isAlive()).isTrue();
    assertThat(new DaemonFiles(folder.resolve("data")).daemon().orElseThrow().pid())
        .isEqualTo(first.pid());
  }

  @Test
  void aPortInUseIsToldAndNothingStaysBehind() throws Exception {
    try (java.net.ServerSocket taken =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      Process daemon =
          serve(Map.of("IDBRIDGE_SERVER_PORT", Integer.toString(taken.getLocalPort())));

      assertThat(exit(daemon)).isEqualTo(69);
      assertThat(Files.readString(folder.resolve("log")))
          .contains("idbridge: cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .doesNotContain("\tat ");
      assertThat(folder.resolve("data/daemon.json")).doesNotExist();
      assertThat(folder.resolve("data/admin.token")).doesNotExist();
    }
  }

  @Test
  void routesThatCannotBeUsedAreToldWithFileAndLine() throws Exception {
    Path routes = Files.createDirectories(folder.resolve("conf/routes"));
    Path file = routes.resolve("a.camel.yaml");
    String step = "- route:\n    id: a\n    from:\n      uri: direct:x\n      steps:\n        - ";
    Map<String, String> wrong =
        Map.of(
            step + "proces: {ref: y}\n",
            "Unknown node id: proces in file:" + file + ", line 6",
            step + "process: {ref: nobody}\n",
            file + ":1:3: Failed to create route: a",
            "- route:\n    from: [\n",
            file + ":3:1: is not YAML: ",
            "# nothing yet\n",
            file + ": is empty; write a route",
            "hello\n",
            file + ":1:1: must be a list",
            "- route:\n    from: {uri: 'direct:x', steps: []}\n",
            file + ":1:3: route: has no id",
            "- beans: []\n",
            routes + ": holds no route");
    for (Map.Entry<String, String> entry : wrong.entrySet()) {
      Files.writeString(file, entry.getKey());
      Process daemon = serve(Map.of());

      assertThat(exit(daemon)).isEqualTo(78);
      assertThat(Files.readString(folder.resolve("log")))
          .contains(entry.getValue())
          .doesNotContain("\tat ");
    }
  }

  @Test
  void systemdHearsReadyThenTheWatchdogThenStopping() throws Exception {
    String socket = folder.resolve("notify").toString();
    NativeDomainSocket systemd = new NativeDomainSocket();
    systemd.bind(new CLibrary.SockAddr(socket));
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              byte[] buffer = new byte[4096];
              for (int n = systemd.recv(buffer, 4096); n > 0; n = systemd.recv(buffer, 4096)) {
                heard.add(new String(buffer, 0, n, StandardCharsets.UTF_8));
              }
            });

    Process daemon = serve(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "400000"));

    assertThat(heard.poll(60, TimeUnit.SECONDS))
        .as("tables may take long")
        .startsWith("EXTEND_TIMEOUT_USEC=60000000\nSTATUS=bringing the store's tables");
    assertThat(heard.poll(60, TimeUnit.SECONDS)).startsWith("READY=1\nSTATUS=0 apps");
    assertThat(new DaemonFiles(folder.resolve("data")).daemon()).as("published first").isPresent();
    for (int i = 0; i < 3; i++) {
      assertThat(heard.poll(10, TimeUnit.SECONDS)).startsWith("WATCHDOG=1");
    }
    daemon.destroy();
    assertThat(exit(daemon)).isEqualTo(143);
    assertThat(heard).anyMatch(message -> message.startsWith("STOPPING=1"));
  }
}
