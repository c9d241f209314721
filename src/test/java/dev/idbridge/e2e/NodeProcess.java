package dev.idbridge.e2e;

import dev.idbridge.DaemonProcess;
import dev.idbridge.ServedBridge;
import dev.idbridge.config.DaemonFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One daemon of several, as a process of its own, which can be killed and put to sleep. */
final class NodeProcess implements AutoCloseable {
  // One for all: they are asked again and again, and each client has threads and files of its own.
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final Pattern INTAKE = Pattern.compile("intake +(http\\S+)");

  final String intake;
  private final Path conf;
  private final Path data;
  private final Path log;
  private final Path temporary;
  private final Process process;

  /** Serves once this returns. */
  NodeProcess(Path folder, Path conf) throws Exception {
    this(folder, conf, List.of());
  }

  /**
   * @param prefix words before the command, which must end as the command itself
   */
  NodeProcess(Path folder, Path conf, List<String> prefix) throws Exception {
    this.conf = conf;
    this.data = folder.resolve("data");
    this.log = folder.resolve("log");
    this.temporary = folder.resolve("tmp");
    Files.createDirectories(folder);
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-Djava.io.tmpdir=" + Files.createDirectories(temporary),
            "-Dlogback.configurationFile=logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            DaemonProcess.class.getName(),
            "serve",
            "--conf",
            conf.toString(),
            "--data",
            data.toString()));
    process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    intake = CompletableFuture.supplyAsync(this::banner).get(120, TimeUnit.SECONDS);
  }

  private String banner() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String url = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher where = INTAKE.matcher(line);
        url = where.find() ? where.group(1) : url;
        if (line.contains("sync-log")) {
          return url;
        }
      }
      throw new IllegalStateException("the daemon did not start:\n" + Files.readString(log));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Such as STOP, CONT or KILL. */
  void signal(String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("kill -" + name + " failed");
    }
  }

  long pid() {
    return process.pid();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** What it has among the temporary files. */
  List<Path> temporary() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }

  ServedBridge.Ran verb(String... words) {
    return ServedBridge.verb(conf, data, words);
  }

  /** The sum of a metric over all its labels; 0 when it is not there yet. */
  double metric(String name, String label) throws Exception {
    String url = new DaemonFiles(data).daemon().orElseThrow().adminUrl() + "/observe/metrics";
    HttpResponse<String> page =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build(),
            HttpResponse.BodyHandlers.ofString());
    return page.body()
        .lines()
        .filter(line -> line.startsWith(name) && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
