package dev.idbridge;

import dev.idbridge.cli.Cli;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.ConfigReader;
import dev.idbridge.config.ConnectorKinds;
import dev.idbridge.config.DaemonFiles;
import dev.idbridge.config.Places;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * The whole daemon in this JVM: its own store, servers, routes and deliveries; nothing is faked.
 */
public final class ServedBridge implements AutoCloseable {
  private static final Pattern INTAKE = Pattern.compile("intake +(https?://\\S+)");

  public final String banner;
  private final Path conf;
  private final Path data;
  private final Engine engine;
  private final Daemon daemon;
  private final CompletableFuture<Integer> exit;

  /**
   * Serves once this returns.
   *
   * @param conf a folder of configuration, as an operator would write it
   */
  public ServedBridge(Path conf, Path data) throws Exception {
    this(conf, data, Clock.systemUTC());
  }

  /** The same by another clock, which counts on the embedded store alone. */
  public ServedBridge(Path conf, Path data, Clock clock) throws Exception {
    this.conf = conf;
    this.data = data;
    BridgeConfig config =
        ConfigReader.read(
            new Places(conf, data, Path.of(".")), Map.of(), ConnectorKinds.installed());
    engine = new BridgeEngine(config, clock);
    daemon = new Daemon(config, engine, clock);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    CompletableFuture<Void> ready = new CompletableFuture<>();
    PrintStream told =
        new PrintStream(text, true, StandardCharsets.UTF_8) {
          @Override
          public void flush() {
            super.flush();
            if (text.size() > 0) {
              ready.complete(null);
            }
          }
        };
    // A thread of its own: the common pool belongs to the apps under test.
    exit =
        CompletableFuture.supplyAsync(
            () -> daemon.run(told, told), task -> Thread.ofPlatform().name("serve").start(task));
    CompletableFuture.anyOf(ready, exit).get(120, TimeUnit.SECONDS);
    banner = text.toString(StandardCharsets.UTF_8);
    if (!banner.contains("serves")) {
      throw new IllegalStateException("the daemon did not start: " + banner);
    }
  }

  /** Base URL of the default directory. */
  public String intake() {
    Matcher found = INTAKE.matcher(banner);
    if (!found.find()) {
      throw new IllegalStateException("the banner names no intake: " + banner);
    }
    return found.group(1);
  }

  public String adminUrl() throws Exception {
    return new DaemonFiles(data).daemon().orElseThrow().adminUrl();
  }

  public String adminToken() throws Exception {
    return new DaemonFiles(data).token();
  }

  /** The delivery loop's own beat. */
  public java.time.Instant lastBeat() {
    return engine.lastBeat();
  }

  /** Tries to serve where that must fail; answers what people are told and the exit code. */
  public static Ran serve(Path conf, Path data) throws Exception {
    BridgeConfig config =
        ConfigReader.read(
            new Places(conf, data, Path.of(".")), Map.of(), ConnectorKinds.installed());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        new Daemon(config, new BridgeEngine(config), Clock.systemUTC())
            .run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** What a verb answered. */
  public record Ran(int code, String out, String err) {}

  /** Runs a verb as the program does, in this JVM. */
  public static Ran verb(Path conf, Path data, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--conf", conf.toString(), "--data", data.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Cli.over(new Assembly());
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int code = line.execute(all.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  /** Runs a verb on this daemon's folders. */
  public Ran verb(String... arguments) {
    return verb(conf, data, arguments);
  }

  /** As SIGTERM does; answers the exit code of {@code serve}. */
  public int stop() throws Exception {
    daemon.stop();
    return exit.get(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    daemon.stop();
  }
}
