package dev.idbridge.store;

import dev.idbridge.model.StoreUnavailable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * This daemon's number among the live daemons on one store; part of every id it makes. Thread-safe.
 *
 * <p>A number is free when no daemon holds it, or when its holder has not been heard of for {@link
 * #SILENCE}: a holder must say {@link #heartbeat()} much more often than that, and stop working
 * when it is told that its number is gone.
 */
public final class Node {
  /** After so long without a heartbeat a daemon counts as dead. */
  public static final Duration SILENCE = Duration.ofSeconds(60);

  private static final int NUMBERS = 256;

  private final Transactions transactions;
  private final Clock clock;
  private final int number;
  private final long started;

  private Node(Transactions transactions, Clock clock, int number, long started) {
    this.transactions = transactions;
    this.clock = clock;
    this.number = number;
    this.started = started;
  }

  static Node take(Transactions transactions, Clock clock) {
    for (int attempt = 0; attempt < NUMBERS; attempt++) {
      long now = clock.millis();
      try {
        Integer number = transactions.run(c -> takeOne(c, transactions.kind(), now));
        if (number == null) {
          throw new StoreUnavailable(
              "all "
                  + NUMBERS
                  + " node numbers of this store are taken by live daemons;"
                  + " stop one, or wait "
                  + SILENCE.toSeconds()
                  + " s after one has died");
        }
        return new Node(transactions, clock, number, now);
      } catch (StatementRefused e) {
        // Another daemon took the same number at the same moment.
        if (!e.duplicate()) {
          throw e;
        }
      }
    }
    throw new StoreUnavailable("no node number could be taken: too many daemons start at once");
  }

  private static @org.jspecify.annotations.Nullable Integer takeOne(
      Connection connection, DatabaseKind kind, long now) throws SQLException {
    Map<Integer, Long> taken = new HashMap<>();
    try (PreparedStatement query =
            connection.prepareStatement("SELECT number, heartbeat_at FROM node");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        taken.put(rows.getInt(1), rows.getLong(2));
      }
    }
    for (int number = 0; number < NUMBERS; number++) {
      Long heard = taken.get(number);
      // Whoever holds the embedded store's file lock is alone on it: any row is a dead daemon's.
      boolean silent =
          heard != null && (kind == DatabaseKind.H2 || heard < now - SILENCE.toMillis());
      if ((heard == null && insert(connection, number, now))
          || (heard != null && silent && replace(connection, number, heard, now))) {
        return number;
      }
    }
    return null;
  }

  private static boolean insert(Connection connection, int number, long now) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO node (number, started_at, heartbeat_at, host, version, pid)"
                + " VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setInt(1, number);
      insert.setLong(2, now);
      insert.setLong(3, now);
      insert.setString(4, host());
      insert.setString(5, version());
      insert.setLong(6, ProcessHandle.current().pid());
      return insert.executeUpdate() == 1;
    }
  }

  private static boolean replace(Connection connection, int number, long heard, long now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE node SET started_at = ?, heartbeat_at = ?, host = ?, version = ?, pid = ?"
                + " WHERE number = ? AND heartbeat_at = ?")) {
      update.setLong(1, now);
      update.setLong(2, now);
      update.setString(3, host());
      update.setString(4, version());
      update.setLong(5, ProcessHandle.current().pid());
      update.setInt(6, number);
      update.setLong(7, heard);
      return update.executeUpdate() == 1;
    }
  }

  /**
   * A daemon on the store.
   *
   * @param started and {@code heard}: milliseconds since the epoch
   * @param live whether it was heard of within {@link #SILENCE}
   */
  public record Seen(
      int number, String host, long pid, String version, long started, long heard, boolean live) {}

  static List<Seen> all(Transactions transactions, Clock clock) {
    long silent = clock.millis() - SILENCE.toMillis();
    return transactions.run(
        connection -> {
          try (PreparedStatement query =
                  connection.prepareStatement(
                      "SELECT number, host, pid, version, started_at, heartbeat_at FROM node"
                          + " ORDER BY number");
              ResultSet rows = query.executeQuery()) {
            List<Seen> nodes = new ArrayList<>();
            while (rows.next()) {
              long heard = rows.getLong(6);
              nodes.add(
                  new Seen(
                      rows.getInt(1),
                      rows.getString(2),
                      rows.getLong(3),
                      rows.getString(4),
                      rows.getLong(5),
                      heard,
                      heard >= silent));
            }
            return nodes;
          }
        });
  }

  /** 0 to 255. */
  public int number() {
    return number;
  }

  /**
   * Says that this daemon lives; false when another one took its number meanwhile, in which case it
   * must make no more ids.
   */
  public boolean heartbeat() {
    return transactions.run(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE node SET heartbeat_at = GREATEST(?, heartbeat_at + 1)"
                      + " WHERE number = ? AND started_at = ?")) {
            update.setLong(1, clock.millis());
            update.setInt(2, number);
            update.setLong(3, started);
            return update.executeUpdate() == 1;
          }
        });
  }

  /** How many daemons live on this store, this one included. */
  public int live() {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT COUNT(*) FROM node WHERE number = ? OR heartbeat_at >= ?")) {
            select.setInt(1, number);
            select.setLong(2, clock.millis() - SILENCE.toMillis());
            try (ResultSet found = select.executeQuery()) {
              found.next();
              return found.getInt(1);
            }
          }
        });
  }

  void release() {
    transactions.run(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM node WHERE number = ? AND started_at = ?")) {
            delete.setInt(1, number);
            delete.setLong(2, started);
            return delete.executeUpdate();
          }
        });
  }

  private static String host() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.length() > 128 ? name.substring(0, 128) : name;
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static String version() {
    String version = Node.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
