package dev.idbridge.ledger;

import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.SyncLine.Outcome;
import dev.idbridge.store.IdList;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an import notes: whose an account or team is, and what it could not place. Every method is a
 * transaction of its own. Thread-safe.
 */
public final class ImportBook {
  private final Transactions transactions;
  private final LaneTriggers lanes;
  private final SyncLog log;
  private final Clock clock;

  public ImportBook(Transactions transactions, LaneTriggers lanes, SyncLog log, Clock clock) {
    this.transactions = transactions;
    this.lanes = lanes;
    this.log = log;
    this.clock = clock;
  }

  /** Something that a person is to decide about. */
  public record Doubt(String kind, String remoteId, String label, String reason) {}

  /** Which of these things of an app are somebody's already. */
  public Set<String> linked(int app, LaneKind kind, Collection<String> remoteIds) {
    if (remoteIds.isEmpty()) {
      return Set.of();
    }
    return transactions.run(
        connection -> {
          Set<String> linked = new HashSet<>();
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT remote_id FROM link WHERE app_id = ? AND kind = ? AND remote_id IN ("
                      + IdList.marks(remoteIds.size())
                      + ")")) {
            select.setInt(1, app);
            select.setString(2, kind.word());
            IdList.bind(select, 3, remoteIds);
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                linked.add(found.getString(1));
              }
            }
          }
          return linked;
        });
  }

  /**
   * Notes whose a thing is; what is an identity provider's by now is to be brought into line.
   *
   * @return false when the thing, or the resource, is linked already
   */
  public boolean link(Link link, String name) {
    long now = clock.millis();
    return transactions.run(
        connection -> {
          boolean due = touched(connection, link);
          if (!insert(connection, link, now)) {
            return false;
          }
          settle(connection, link.app(), link.kind(), link.remoteId());
          log.append(connection, List.of(line(link, name, now)));
          if (due) {
            lanes.makeDue(
                connection,
                List.of(
                    new Trigger(
                        link.app(),
                        link.kind(),
                        link.resource(),
                        link.directory(),
                        0,
                        now,
                        Priority.SWEEP)));
          }
          return true;
        });
  }

  /**
   * Whether the resource is an identity provider's. Its row is locked until the link is there: who
   * takes it over later makes it due, and is delivered with its link.
   */
  private static boolean touched(Connection connection, Link link) throws SQLException {
    String table = link.kind() == LaneKind.TEAM ? "directory_group" : "directory_user";
    try (PreparedStatement select =
        connection.prepareStatement("SELECT origin FROM " + table + " WHERE id = ? FOR UPDATE")) {
      select.setLong(1, link.resource());
      try (ResultSet found = select.executeQuery()) {
        return found.next() && found.getString(1).equals("idp");
      }
    }
  }

  private static boolean insert(Connection connection, Link link, long now) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT IGNORE INTO link (app_id, kind, resource_id, directory_id, remote_id, label,"
                + " origin, active, applied, cause, created_at, changed_at, parent_id)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)")) {
      insert.setInt(1, link.app());
      insert.setString(2, link.kind().word());
      insert.setLong(3, link.resource());
      insert.setLong(4, link.directory());
      insert.setString(5, link.remoteId());
      insert.setString(6, SyncLog.bounded(link.label(), 512));
      insert.setString(7, link.origin().name());
      insert.setBoolean(8, link.active());
      insert.setString(9, link.applied());
      insert.setLong(10, now);
      insert.setLong(11, now);
      insert.setLong(12, link.parent());
      return insert.executeUpdate() == 1;
    }
  }

  private static SyncLine line(Link link, String name, long now) {
    return new SyncLine(
        now,
        "out",
        link.directory(),
        link.app(),
        Action.LINK,
        link.kind() == LaneKind.TEAM ? "Group" : "User",
        link.resource(),
        name,
        0,
        link.remoteId(),
        Outcome.SUCCESS,
        "imported: found in the app as " + link.label(),
        0,
        0,
        1,
        1,
        "",
        0,
        0,
        "");
  }

  private static void settle(Connection connection, int app, LaneKind kind, String remoteId)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM import_doubt WHERE app_id = ? AND kind = ? AND remote_id = ?")) {
      delete.setInt(1, app);
      delete.setString(2, kind.word());
      delete.setString(3, remoteId);
      delete.executeUpdate();
    }
  }

  /** Notes what nobody could place; what was noted of it before is replaced. */
  public void doubt(int app, long directory, Doubt doubt) {
    transactions.run(
        connection -> {
          settle(connection, app, LaneKind.of(doubt.kind()), doubt.remoteId());
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO import_doubt (app_id, kind, remote_id, directory_id, label, reason,"
                      + " at) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            insert.setInt(1, app);
            insert.setString(2, doubt.kind());
            insert.setString(3, doubt.remoteId());
            insert.setLong(4, directory);
            insert.setString(5, SyncLog.bounded(doubt.label(), 512));
            insert.setString(6, SyncLog.bounded(doubt.reason(), 1024));
            insert.setLong(7, clock.millis());
            return insert.executeUpdate();
          }
        });
  }

  /** What an earlier import could not place is looked at anew. */
  public void forget(int app) {
    transactions.run(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM import_doubt WHERE app_id = ?")) {
            delete.setInt(1, app);
            return delete.executeUpdate();
          }
        });
  }

  /** The first of what is undecided. */
  public List<Doubt> doubts(int app, int most) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT kind, remote_id, label, reason FROM import_doubt WHERE app_id = ?"
                      + " ORDER BY kind, remote_id LIMIT ?")) {
            select.setInt(1, app);
            select.setInt(2, most);
            List<Doubt> doubts = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                doubts.add(
                    new Doubt(
                        found.getString(1),
                        found.getString(2),
                        found.getString(3),
                        found.getString(4)));
              }
            }
            return doubts;
          }
        });
  }
}
