package dev.idbridge.demo;

import dev.idbridge.config.ScratchFolder;
import dev.idbridge.demo.Verbs.Ran;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One bridge with its configuration and store in a folder: a process of its own that can be
 * started, killed and started again on the same ports.
 */
final class Bridge {
  private static final int START_SECONDS = 120;
  private final ScratchFolder folder;
  private final String name;
  private final Verbs verbs;
  private final int port;
  private final int managementPort;
  private @Nullable Process process;

  /**
   * Writes the configuration; starts nothing.
   *
   * @param name of its folder below the scratch folder
   * @param settings further lines of {@code idbridge.yaml}
   */
  Bridge(ScratchFolder folder, String name, String settings, Verbs verbs) throws IOException {
    this.folder = folder;
    this.name = name;
    this.verbs = verbs;
    int[] ports = freePorts();
    port = ports[0];
    managementPort = ports[1];
    folder.write(
        name + "/conf/idbridge.yaml",
        "server: {port: " + port + "}\nmanagement: {port: " + managementPort + "}\n" + settings);
  }

  private static int[] freePorts() throws IOException {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new int[] {one.getLocalPort(), other.getLocalPort()};
    }
  }

  void app(String app, String yaml) throws IOException {
    folder.write(name + "/conf/apps/" + app + ".yaml", yaml);
  }

  String intake() {
    return "http://127.0.0.1:" + port + "/scim/v2";
  }

  Path conf() {
    return folder.path().resolve(name).resolve("conf");
  }

  Path data() {
    return folder.path().resolve(name).resolve("data");
  }

  long pid() {
    return process == null ? 0 : process.pid();
  }

  /** Starts {@code serve} with this program's own Java and class path; returns when it serves. */
  void start() throws DemoFailed, IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current()
                    .info()
                    .command()
                    .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                "-Xms32m",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
    String archive = System.getProperty("idbridge.archive");
    if (archive != null) {
      command.add("-XX:SharedArchiveFile=" + archive);
    }
    for (String property : List.of("idbridge.home", "idbridge.conf", "idbridge.data")) {
      if (System.getProperty(property) != null) {
        command.add("-D" + property + "=" + System.getProperty(property));
      }
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.idbridge.Idbridge", "serve"));
    command.addAll(List.of("--conf", conf().toString(), "--data", data().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(folder.log(logFile()));
    // Settings for the user's own daemon are not for this one.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("IDBRIDGE_") || name.equals("NOTIFY_SOCKET"));
    Process started = builder.start();
    process = started;
    if (!serves(started)) {
      throw new DemoFailed(
          "the daemon '"
              + name
              + "' did not come up; the end of "
              + log()
              + ":\n"
              + String.join("\n", folder.tail(logFile(), 5)));
    }
  }

  private static boolean serves(Process started) {
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              // Reads on until the end, so that the daemon never waits for us.
              try (BufferedReader banner = started.inputReader(StandardCharsets.UTF_8)) {
                for (String line = banner.readLine(); line != null; line = banner.readLine()) {
                  if (line.contains("Identity Bridge serves")) {
                    told.complete(true);
                  }
                }
              } catch (IOException e) {
                // the process has ended
              }
              told.complete(false);
            });
    try {
      return told.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String logFile() {
    return name + "/log";
  }

  /** Where its log is. */
  Path log() {
    return folder.path().resolve(logFile());
  }

  /** kill -9: it gets no chance to finish anything. */
  void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  /** Runs another verb on its store. */
  Ran verb(String... arguments) throws DemoFailed {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(places());
    Ran ran = verbs.run(all.toArray(String[]::new));
    if (ran.code() != 0) {
      throw new DemoFailed(
          "idbridge "
              + String.join(" ", arguments)
              + " ended with "
              + ran.code()
              + ": "
              + ran.err().strip());
    }
    return ran;
  }

  /** The options that point at it. */
  List<String> places() {
    return List.of("--conf", conf().toString(), "--data", data().toString());
  }

  /** A new token, made with {@code token create}. */
  String token(String who) throws DemoFailed {
    return verb("token", "create", "--name", who).out().strip();
  }
}
