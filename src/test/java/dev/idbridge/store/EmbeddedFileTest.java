package dev.idbridge.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.idbridge.testing.Databases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** How long the file of the embedded store gets, and when it shrinks. */
class EmbeddedFileTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;

  @Test
  void aStoreThatIsClosedInOrderLeavesAFileWithoutTheDead() throws Exception {
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    ((Logger) LoggerFactory.getLogger(Store.class)).addAppender(said);
    try (Store store = open()) {
      store
          .transactions()
          .run(
              connection -> {
                overwrite(connection);
                return true;
              });
      assertThat(store.fileBytes()).isGreaterThan(40 * MIB);
    }

    ((Logger) LoggerFactory.getLogger(Store.class)).detachAppender(said);
    assertThat(said.list).filteredOn(event -> event.getLevel() == Level.WARN).isEmpty();
    assertThat(Files.size(file())).isLessThan(8 * MIB);
    assertKept();
  }

  @Test
  void aFileThatAKilledDaemonLeftIsCompactedWhenItIsOpened() throws Exception {
    open().close();
    try (Connection connection = DriverManager.getConnection(StoreUrl.complete(url()))) {
      connection.setAutoCommit(false);
      overwrite(connection);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SHUTDOWN IMMEDIATELY");
      }
    }
    assertThat(Files.size(file())).isGreaterThan(40 * MIB);

    try (Store store = open()) {
      assertThat(store.fileBytes()).isLessThan(8 * MIB);
    }
    assertKept();
  }

  private static void overwrite(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept (id INT PRIMARY KEY, n INT, pad VARCHAR(200000))");
      statement.execute("INSERT INTO kept VALUES (1, 0, '')");
    }
    connection.commit();
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE kept SET n = n + 1, pad = CAST(RANDOM_UUID() AS VARCHAR) || SPACE(150000)")) {
      for (int i = 0; i < 400; i++) {
        update.executeUpdate();
        connection.commit();
      }
    }
  }

  private void assertKept() throws Exception {
    try (Connection connection = DriverManager.getConnection(StoreUrl.complete(url()));
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT n FROM kept")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(400);
    }
  }

  private Store open() {
    return Store.open(new StoreSettings(url(), null, null, 4), Databases.ENTITIES);
  }

  private String url() {
    return "jdbc:h2:file:" + folder.resolve("idbridge");
  }

  private Path file() {
    return folder.resolve("idbridge.mv.db");
  }
}
