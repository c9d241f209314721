package dev.idbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.Intake;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreTroubleTest {
  @TempDir Path folder;

  private static Process writer(StoreSettings settings, List<String> options, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            WriterProcess.class.getName(),
            settings.url(),
            settings.user() == null ? "" : settings.user()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static StoreSettings withUser(StoreSettings settings) {
    return settings.user() == null
        ? new StoreSettings(settings.url(), "", "", settings.pool())
        : settings;
  }

  private static void open(String url, String user, String password) {
    Store.open(new StoreSettings(url, user, password, 4), Databases.ENTITIES).close();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAcknowledgedSurvivesAKillAtAnyMoment(DatabaseKind kind) throws Exception {
    long seed = System.nanoTime();
    System.out.println("whatWasAcknowledgedSurvivesAKillAtAnyMoment seed " + seed);
    Random random = new Random(seed);
    try (Databases database = Databases.fresh(kind)) {
      StoreSettings settings = withUser(database.settings());
      Process process = writer(settings, List.of());
      List<String> acknowledged = new ArrayList<>();
      int kill = 50 + random.nextInt(400);
      try (BufferedReader lines = process.inputReader()) {
        assertThat(lines.readLine()).isEqualTo("open");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          acknowledged.add(line);
          if (acknowledged.size() == kill) {
            process.toHandle().destroyForcibly();
          }
        }
      }
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertWhole(settings, acknowledged);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCrashBetweenCommitAndAnswerKeepsTheCommit(DatabaseKind kind) throws Exception {
    try (Databases database = Databases.fresh(kind)) {
      StoreSettings settings = withUser(database.settings());
      Process process = writer(settings, List.of("-Didbridge.crash-at=after-commit:5"));
      List<String> acknowledged;
      try (BufferedReader lines = process.inputReader()) {
        assertThat(lines.readLine()).isEqualTo("open");
        acknowledged = lines.lines().toList();
      }
      assertThat(process.waitFor()).isEqualTo(137);
      int stored = assertWhole(settings, acknowledged);
      assertThat(stored).isGreaterThan(acknowledged.size());
    }
  }

  /** Every user has its record, line and lane, and none that was acknowledged is missing. */
  private static int assertWhole(StoreSettings settings, List<String> acknowledged) {
    try (Store store = Store.open(settings, Databases.ENTITIES);
        Intake intake = new Intake(store)) {
      List<String> stored =
          intake.rows("SELECT user_name FROM directory_user").stream().map(List::getFirst).toList();
      assertThat(stored).containsAll(acknowledged).doesNotHaveDuplicates();
      for (String table :
          List.of(
              "change_record WHERE resource_id IN (SELECT id FROM directory_user)",
              "lane",
              "sync_log WHERE action = 'CREATE'")) {
        assertThat(intake.rows("SELECT 1 FROM " + table)).hasSize(stored.size());
      }
      return stored.size();
    }
  }

  @Test
  void anEmbeddedStoreThatAnotherProcessHoldsIsRefusedWithWhatToDo() throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("held");
    Process holder = writer(new StoreSettings(url, "", "", 4), List.of(), "hold");
    try (BufferedReader lines = holder.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("open");
      assertThatThrownBy(() -> open(url, "", ""))
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("another process holds the store")
          .hasMessageContaining("stop the other one");
      holder.getOutputStream().close();
      assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    open(url, "", "");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamedWithWhatToCheck() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> open("jdbc:mariadb://127.0.0.1:" + port + "/x", "u", "hunter2"))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("Is MariaDB running")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aDatabaseThatIsNotThereIsNamedWithTheStatementThatMakesIt() {
    String url = dev.idbridge.testing.MariaDbServer.shared().url("nowhere");
    assertThatThrownBy(() -> open(url, "root", ""))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("CREATE DATABASE");
  }

  @Test
  void aFolderThatCannotBeWrittenAndAWrongUserAreTold() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> open("jdbc:h2:file:" + file.resolve("x/idbridge"), "", ""))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("is the folder there, writable");
    String url = "jdbc:h2:file:" + folder.resolve("owned");
    open(url, "one", "1");
    assertThatThrownBy(() -> open(url, "two", "2"))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("store.user");
  }

  @Test
  void aDamagedFileIsTold() throws IOException {
    Files.write(folder.resolve("bad.mv.db"), new byte[8_192]);
    assertThatThrownBy(() -> open("jdbc:h2:file:" + folder.resolve("bad"), "", ""))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("damaged");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isNotEmpty();
    }
  }
}
