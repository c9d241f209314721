package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.DaemonProcess;
import dev.idbridge.ServedBridge;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Databases;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process that is told to end while it works. */
class SignalsTest {
  private static final Pattern INTAKE = Pattern.compile("intake +(http://\\S+)");

  @TempDir Path folder;

  @Test
  void aRequestInFlightAtSigtermIsFinishedAndTheExitIs143() throws Exception {
    try (Databases database = Databases.fresh(DatabaseKind.MARIADB)) {
      Path conf = Bridge.configure(folder, database.settings(), Map.of("show", "connector: log\n"));
      Path data = folder.resolve("data");
      Path log = folder.resolve("log");
      Process daemon =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx256m",
                  "-Didbridge.home=.",
                  "-Dlogback.configurationFile=src/main/resources/logback.xml",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DaemonProcess.class.getName(),
                  "serve",
                  "--conf",
                  conf.toString(),
                  "--data",
                  data.toString())
              .redirectError(log.toFile())
              .start();
      try {
        String base = intake(daemon.inputReader());
        String token =
            ServedBridge.verb(conf, data, "token", "create", "--name", "idp").out().strip();
        ScimHttp idp = new ScimHttp(base, token);
        String ada = idp.user("ada");
        try (Connection other =
            DriverManager.getConnection(
                database.settings().url(),
                database.settings().user(),
                database.settings().password())) {
          other.setAutoCommit(false);
          try (PreparedStatement lock =
              other.prepareStatement("SELECT id FROM directory_user WHERE id = ? FOR UPDATE")) {
            lock.setLong(1, Long.parseLong(ada));
            assertThat(lock.executeQuery().next()).isTrue();
          }
          int before = waiting(database);
          CompletableFuture<ScimHttp.Answer> inFlight =
              CompletableFuture.supplyAsync(
                  () -> {
                    try {
                      return idp.replace("/Users/" + ada, "displayName", "'Countess'");
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  },
                  task -> Thread.ofPlatform().start(task));
          Wait.until(
              Duration.ofSeconds(20), () -> assertThat(waiting(database)).isGreaterThan(before));

          daemon.destroy();
          Wait.until(
              Duration.ofSeconds(10), () -> assertThat(Files.readString(log)).contains("ending"));
          assertThat(inFlight).isNotDone();
          other.rollback();

          assertThat(inFlight.get(20, TimeUnit.SECONDS).at("/displayName")).isEqualTo("Countess");
        }
        assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isEqualTo(143);
        assertThat(data.resolve("daemon.json")).doesNotExist();
        assertThat(Files.readString(log)).contains("Daemon ended").doesNotContain("ERROR");
      } finally {
        daemon.destroyForcibly();
      }
    }
  }

  private static String intake(BufferedReader out) throws Exception {
    StringBuilder read = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      read.append(line).append('\n');
      Matcher found = INTAKE.matcher(line);
      if (found.find()) {
        return found.group(1);
      }
    }
    throw new AssertionError("the daemon told no intake: " + read);
  }

  /**
   * Transactions that wait for a row. Not from INNODB_TRX: the server refreshes that table only
   * when nobody has read it for a tenth of a second, which a polling reader never grants. The count
   * is the whole server's, and what others left of it stays in it.
   */
  private static int waiting(Databases database) throws Exception {
    try (Connection admin =
            DriverManager.getConnection(
                database.settings().url(),
                database.settings().user(),
                database.settings().password());
        var rows =
            admin
                .createStatement()
                .executeQuery("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")) {
      rows.next();
      return rows.getInt(2);
    }
  }
}
