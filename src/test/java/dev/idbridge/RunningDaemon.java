package dev.idbridge;

import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.ConfigReader;
import dev.idbridge.config.ConnectorKinds;
import dev.idbridge.config.DaemonFiles;
import dev.idbridge.config.Places;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A daemon in this JVM: real servers on free ports, real files, a store in memory, no intake. */
public final class RunningDaemon implements AutoCloseable {
  public final MemoryBridge bridge = new MemoryBridge();
  public final Path data;
  public final String banner;
  private final Daemon daemon;
  private final CompletableFuture<Integer> exit;

  public RunningDaemon(Path folder) throws Exception {
    data = folder.resolve("data");
    bridge.running = true;
    daemon = bridge.daemon(config(folder, Map.of()));
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
    exit = CompletableFuture.supplyAsync(() -> daemon.run(told, told));
    CompletableFuture.anyOf(ready, exit).get(60, TimeUnit.SECONDS);
    banner = text.toString(StandardCharsets.UTF_8);
    if (exit.isDone()) {
      throw new IllegalStateException("the daemon ended at once: " + banner);
    }
  }

  /** Free ports, an empty configuration, the admin route. */
  public static BridgeConfig config(Path folder, Map<String, String> variables) throws Exception {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("idbridge.yaml"), "server: {port: 0}\nmanagement: {port: 0}\n");
    Path routes = Files.createDirectories(conf.resolve("routes"));
    Files.copy(
        Path.of("routes/50-admin.camel.yaml"),
        routes.resolve("50-admin.camel.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    return ConfigReader.read(
        new Places(conf, folder.resolve("data"), Path.of(".")),
        variables,
        new ConnectorKinds(List.of()));
  }

  public String adminUrl() throws Exception {
    return new DaemonFiles(data).daemon().orElseThrow().adminUrl();
  }

  public String adminToken() throws Exception {
    return new DaemonFiles(data).token();
  }

  public int stop() throws ExecutionException, InterruptedException {
    daemon.stop();
    return exit.get();
  }

  @Override
  public void close() {
    daemon.stop();
  }
}
