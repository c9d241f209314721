package dev.idbridge.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What everything is compared with: clients that insert one row of 250 bytes after the other, each a
 * durable transaction of its own, prepared on the server, into a table of their own.
 */
final class Reference implements AutoCloseable {
  private static final int MOST_CLIENTS = 32;

  private final AtomicLong ids = new AtomicLong();
  private final List<Connection> connections = new ArrayList<>();
  private final List<Load.Client> clients = new ArrayList<>();

  Reference(Database database) throws SQLException {
    try (Connection connection = database.connect();
        Statement create = connection.createStatement()) {
      create.execute(
          "CREATE TABLE IF NOT EXISTS reference"
              + " (id BIGINT NOT NULL PRIMARY KEY, body VARCHAR(250) NOT NULL) ENGINE=InnoDB");
    }
    String body = "x".repeat(250);
    for (int i = 0; i < MOST_CLIENTS; i++) {
      Connection connection = database.connect();
      connections.add(connection);
      PreparedStatement insert =
          connection.prepareStatement("INSERT INTO reference (id, body) VALUES (?, ?)");
      clients.add(
          () -> {
            insert.setLong(1, ids.incrementAndGet());
            insert.setString(2, body);
            insert.executeUpdate();
          });
    }
  }

  /** Inserts a second. */
  double rate(int parallel, long millis) throws Exception {
    return Load.rate(clients.subList(0, parallel), millis);
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
