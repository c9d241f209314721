package dev.idbridge.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The daemon as anybody runs it: through its launcher, with its own options, on free ports. */
final class BridgeProcess implements AutoCloseable {
  private static final long PATIENCE = Duration.ofSeconds(60).toNanos();

  private final Process process;
  private final Path data;
  private final int port;
  private final int management;
  private final Duration startUp;

  /**
   * Starts it and waits until it says that it is ready.
   *
   * @param apps so many apps of the {@code log} connector, which does nothing when its logger is off
   * @param store variables that name the store
   */
  BridgeProcess(Path folder, int apps, Map<String, String> store) throws IOException {
    this(folder, apps, store, "");
  }

  /** The same with further options of its JVM. */
  BridgeProcess(Path folder, int apps, Map<String, String> store, String options)
      throws IOException {
    this(folder, Collections.nCopies(apps, "connector: log\n"), store, options);
  }

  /**
   * @param apps the text of each app's file
   */
  BridgeProcess(Path folder, List<String> apps, Map<String, String> store, String options)
      throws IOException {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    data = folder.resolve("data");
    Path appFiles = Files.createDirectories(conf.resolve("apps"));
    Files.writeString(
        conf.resolve("idbridge.yaml"), "server: {limits: {rate: 1000000, burst: 1000000}}\n");
    for (int i = 1; i <= apps.size(); i++) {
      Files.writeString(appFiles.resolve("app" + i + ".yaml"), apps.get(i - 1));
    }
    port = freePort();
    management = freePort();
    List<String> command = new ArrayList<>(List.of(launcher(), "serve"));
    command.addAll(List.of("--port", "" + port, "--management-port", "" + management));
    command.addAll(List.of("--conf", conf.toString(), "--data", data.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(store);
    builder
        .environment()
        .merge(
            "IDBRIDGE_JAVA_OPTS",
            "-Didbridge.log.level=WARN "
                + options
                + " "
                + System.getProperty("bench.daemon.options", ""),
            (before, more) -> before + " " + more);
    Path log = folder.resolve("daemon.log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    long begin = System.nanoTime();
    process = builder.start();
    while (!ready()) {
      if (!process.isAlive() || System.nanoTime() - begin > PATIENCE) {
        process.destroyForcibly();
        throw new IllegalStateException("the daemon does not start:\n" + Files.readString(log));
      }
      LockSupport.parkNanos(5_000_000);
    }
    startUp = Duration.ofNanos(System.nanoTime() - begin);
  }

  private static String launcher() {
    return Path.of(System.getProperty("bench.home", "."), "idbridge").toAbsolutePath().toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean ready() {
    try (IdpClient client = new IdpClient(management, "")) {
      return Files.exists(data.resolve("daemon.json"))
          && client.send("GET", "/observe/health/ready", "").status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** From the start of the process until it answered that it is ready. */
  Duration startUp() {
    return startUp;
  }

  /** A new token for the default directory. */
  String token() throws IOException {
    String admin = Files.readString(data.resolve("admin.token")).strip();
    try (IdpClient client = new IdpClient(management, admin)) {
      String made =
          client
              .send("POST", "/admin/v1/directories/default/tokens", "{\"name\":\"bench\"}")
              .expect(201)
              .body();
      int at = made.indexOf("idb_");
      return made.substring(at, made.indexOf('"', at));
    }
  }

  /** The token that replaces the only one of the default directory; both work from now on. */
  String rotated() throws IOException {
    String tokens = "/admin/v1/directories/default/tokens";
    try (IdpClient client =
        new IdpClient(management, Files.readString(data.resolve("admin.token")).strip())) {
      String listed = client.send("GET", tokens, "").expect(200).body();
      String id = listed.replaceFirst("(?s).*?\"id\":\"?(\\d+).*", "$1");
      String made = client.send("POST", tokens + "/" + id + "/rotations", "{}").expect(201).body();
      int at = made.indexOf("idb_");
      return made.substring(at, made.indexOf('"', at));
    }
  }

  int port() {
    return port;
  }

  IdpClient client(String token) throws IOException {
    return new IdpClient(port, token);
  }

  /** Resident memory now. */
  long residentMiB() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return 0;
  }

  /** Time of the processors it has used so far. */
  Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Processor time of its compiler threads so far: while it grows, the daemon is not warm. */
  Duration compilerTime() throws IOException {
    long ticks = 0;
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path task : tasks.toList()) {
        String stat = Files.readString(task.resolve("stat"));
        if (stat.contains("CompilerThre")) {
          String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
          ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
      }
    } catch (NoSuchFileException ended) {
      return Duration.ZERO;
    }
    return Duration.ofMillis(ticks * 10);
  }

  /**
   * Repeats the work until the compiler has little left to do beside it.
   *
   * @param most repetitions
   */
  void warm(int most, Warming work) throws Exception {
    for (int i = 0; i < most; i++) {
      Duration before = compilerTime();
      Duration all = processorTime();
      work.once();
      Duration compiling = compilerTime().minus(before);
      // On a busy machine the compiler starves and only looks idle: a few repetitions in any case.
      if (i >= most / 3 && compiling.multipliedBy(10).compareTo(processorTime().minus(all)) < 0) {
        return;
      }
    }
  }

  /** A piece of work of a second or so. */
  @FunctionalInterface
  interface Warming {
    void once() throws Exception;
  }

  /** Ends it as a crash does. */
  void kill() {
    process.destroyForcibly();
    close();
  }

  /** Ends it in order. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
