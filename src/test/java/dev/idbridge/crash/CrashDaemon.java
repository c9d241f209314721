package dev.idbridge.crash;

import dev.idbridge.Idbridge;
import dev.idbridge.config.DaemonFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The daemon as a process of its own, started again and again on one data folder. Client threads
 * ask {@link #intake} where it answers and wait there while it is down.
 */
final class CrashDaemon implements AutoCloseable {
  private static final Pattern INTAKE = Pattern.compile("intake +(http\\S+)");
  private static final Duration START = Duration.ofSeconds(90);

  private final Path conf;
  private final Path data;
  private final Path log;
  private volatile Process process;
  private String intake;

  CrashDaemon(Path folder) {
    conf = folder.resolve("conf");
    data = folder.resolve("data");
    log = folder.resolve("log");
  }

  /**
   * Starts it.
   *
   * @param crashAt boundary and count at which it ends itself, or empty
   * @return false when it ended itself before it was ready
   */
  boolean start(String crashAt) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ClassArchive.shared().options());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx320m",
            "-Dlogback.configurationFile=logback.xml",
            Idbridge.class.getName(),
            "serve",
            "--conf",
            conf.toString(),
            "--data",
            data.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    if (crashAt.isEmpty()) {
      builder.environment().remove("IDBRIDGE_CRASH_AT");
    } else {
      builder.environment().put("IDBRIDGE_CRASH_AT", crashAt);
    }
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process started = builder.start();
    process = started;
    Thread watchdog =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    if (!started.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
                      started.destroyForcibly();
                    }
                  } catch (InterruptedException over) {
                    Thread.currentThread().interrupt();
                  }
                });
    BufferedReader banner = started.inputReader(StandardCharsets.UTF_8);
    String url = null;
    for (String line = banner.readLine(); line != null; line = banner.readLine()) {
      Matcher where = INTAKE.matcher(line);
      if (where.find()) {
        url = where.group(1);
      }
      if (line.contains("sync-log")) {
        break;
      }
    }
    watchdog.interrupt();
    if (url == null) {
      if (exit() == 137 && !crashAt.isEmpty()) {
        return false;
      }
      throw new AssertionError("the daemon did not start:\n" + tail());
    }
    synchronized (this) {
      intake = url;
      notifyAll();
    }
    return true;
  }

  /** Waits until it ended; clients learn that it is down. */
  int exit() {
    try {
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        throw new AssertionError("the daemon still runs:\n" + tail());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    synchronized (this) {
      intake = null;
    }
    return process.exitValue();
  }

  /** Whether it ended by itself within the time. */
  boolean endsWithin(Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    exit();
  }

  /** SIGTERM, and its end. */
  int stop() {
    process.destroy();
    return exit();
  }

  /** Base URL of the default directory, as soon as it answers there. */
  synchronized String intake() {
    long deadline = System.nanoTime() + START.multipliedBy(2).toNanos();
    while (intake == null || !process.isAlive()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("the daemon stays down:\n" + tail());
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return intake;
  }

  DaemonFiles files() {
    return new DaemonFiles(data);
  }

  Path log() {
    return log;
  }

  /** The end of what all its lives logged. */
  String tail() {
    try {
      String text = Files.readString(log);
      return text.substring(Math.max(0, text.length() - 6_000));
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
