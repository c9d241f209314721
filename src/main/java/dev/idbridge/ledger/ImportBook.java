package dev.idbridge.ledger;

import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.SyncLine.Outcome;
import dev.idbridge.model.Ids;
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
import org.jspecify.annotations.Nullable;

/**
 * What an import notes: whose an account or team is, and what it could not place. Every method is a
 * transaction of its own. Thread-safe.
 */
public final class ImportBook {
  private static final String LEAVE = "leave";

  private final Transactions transactions;
  private final LaneTriggers lanes;
  private final SyncLog log;
  private final ActRecord record;
  private final Clock clock;

  public ImportBook(
      Transactions transactions, LaneTriggers lanes, SyncLog log, Ids ids, Clock clock) {
    this.record = new ActRecord(ids);
    this.transactions = transactions;
    this.lanes = lanes;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Something that a person is to decide about.
   *
   * @param directory into which it was imported
   * @param name userName or displayName; empty when it has none
   * @param label how an operator recognises it in the app
   * @param details its attributes as JSON
   * @param decision empty, or leave
   * @param by who decided
   * @param decided milliseconds since the epoch, 0 when nobody did
   */
  public record Doubt(
      LaneKind kind,
      String remoteId,
      long directory,
      String name,
      String label,
      String details,
      String reason,
      String decision,
      String by,
      long decided) {
    /** The same with why it is undecided. */
    public Doubt because(String why) {
      return new Doubt(kind, remoteId, directory, name, label, details, why, decision, by, decided);
    }
  }

  /** Which of these things of an app are somebody's already. */
  public Set<String> linked(int app, LaneKind kind, Collection<String> remoteIds) {
    if (remoteIds.isEmpty()) {
      return Set.of();
    }
    return transactions.run(connection -> among(connection, "link WHERE", app, kind, remoteIds));
  }

  /** Whose accounts these are, in this directory; of others nothing is said. */
  public List<Long> owners(int app, long directory, Collection<String> remoteIds) {
    if (remoteIds.isEmpty()) {
      return List.of();
    }
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT resource_id FROM link WHERE app_id = ? AND kind = 'account'"
                      + " AND directory_id = ? AND remote_id IN ("
                      + IdList.marks(remoteIds.size())
                      + ")")) {
            select.setInt(1, app);
            select.setLong(2, directory);
            IdList.bind(select, 3, remoteIds);
            List<Long> owners = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                owners.add(found.getLong(1));
              }
            }
            return owners;
          }
        });
  }

  /** A group that was imported from an app, and that no identity provider has touched. */
  public record Team(long group, String remoteId, String label) {}

  /** The next of these after a group, rising. */
  public List<Team> teams(int app, long directory, long after, int most) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT l.resource_id, l.remote_id, l.label FROM link l
                    JOIN directory_group g ON g.id = l.resource_id
                  WHERE l.app_id = ? AND l.kind = 'team' AND l.directory_id = ?
                    AND l.resource_id > ? AND g.origin = 'app' AND g.deleted_at IS NULL
                  ORDER BY l.resource_id LIMIT ?
                  """)) {
            select.setInt(1, app);
            select.setLong(2, directory);
            select.setLong(3, after);
            select.setInt(4, most);
            List<Team> teams = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                teams.add(new Team(found.getLong(1), found.getString(2), found.getString(3)));
              }
            }
            return teams;
          }
        });
  }

  private static Set<String> among(
      Connection connection, String from, int app, LaneKind kind, Collection<String> remoteIds)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT remote_id FROM "
                + from
                + " app_id = ? AND kind = ? AND remote_id IN ("
                + IdList.marks(remoteIds.size())
                + ")")) {
      select.setInt(1, app);
      select.setString(2, kind.word());
      IdList.bind(select, 3, remoteIds);
      Set<String> among = new HashSet<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          among.add(found.getString(1));
        }
      }
      return among;
    }
  }

  /**
   * Notes whose a thing is.
   *
   * @param due whether it is to be brought into line: the resource is an identity provider's
   * @param by who decided so, for the change record; empty when the name did
   * @return false when the thing, or the resource, is linked already
   */
  public boolean link(Link link, String name, boolean due, String by) {
    long now = clock.millis();
    return transactions.run(
        connection -> {
          boolean asked = due || asked(connection, link);
          if (!insert(connection, link, now)) {
            return false;
          }
          settle(connection, link.app(), link.kind(), link.remoteId());
          log.append(connection, List.of(line(link, name, now)));
          if (!by.isEmpty()) {
            record.append(
                connection,
                now,
                "App",
                link.app(),
                "IMPORT_LINK",
                by,
                link.kind().word() + " " + link.remoteId() + " is " + link.resource());
          }
          if (asked) {
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
   * Whether an identity provider has taken the resource over by now; it does so after this is
   * committed otherwise, and finds the link.
   */
  private static boolean asked(Connection connection, Link link) throws SQLException {
    String table = link.kind() == LaneKind.TEAM ? "directory_group" : "directory_user";
    try (PreparedStatement select =
        connection.prepareStatement("SELECT origin FROM " + table + " WHERE id = ? FOR UPDATE")) {
      select.setLong(1, link.resource());
      try (ResultSet found = select.executeQuery()) {
        return found.next() && !found.getString(1).equals("app");
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
  public void doubt(int app, Doubt doubt) {
    transactions.run(
        connection -> {
          settle(connection, app, doubt.kind, doubt.remoteId);
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO import_doubt (app_id, kind, remote_id, directory_id, name, label,"
                      + " details, reason, at, decision, decided_by, decided_at)"
                      + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0)")) {
            insert.setInt(1, app);
            insert.setString(2, doubt.kind.word());
            insert.setString(3, doubt.remoteId);
            insert.setLong(4, doubt.directory);
            insert.setString(5, SyncLog.bounded(doubt.name, 512));
            insert.setString(6, SyncLog.bounded(doubt.label, 512));
            insert.setString(7, doubt.details);
            insert.setString(8, SyncLog.bounded(doubt.reason, 1024));
            insert.setLong(9, clock.millis());
            return insert.executeUpdate();
          }
        });
  }

  /**
   * Leaves a thing alone: no import asks about it again. Noted in the change record.
   *
   * @return false when nothing is undecided about it
   */
  public boolean leave(int app, LaneKind kind, String remoteId, String by) {
    long now = clock.millis();
    return transactions.run(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE import_doubt SET decision = ?, decided_by = ?, decided_at = ?"
                      + " WHERE app_id = ? AND kind = ? AND remote_id = ?")) {
            update.setString(1, LEAVE);
            update.setString(2, SyncLog.bounded(by, 128));
            update.setLong(3, now);
            update.setInt(4, app);
            update.setString(5, kind.word());
            update.setString(6, remoteId);
            if (update.executeUpdate() == 0) {
              return false;
            }
          }
          record.append(
              connection, now, "App", app, "IMPORT_LEAVE", by, kind.word() + " " + remoteId);
          return true;
        });
  }

  /** Which of these somebody decided to leave alone. */
  public Set<String> left(int app, LaneKind kind, Collection<String> remoteIds) {
    return remoteIds.isEmpty()
        ? Set.of()
        : transactions.run(
            connection ->
                among(
                    connection,
                    "import_doubt WHERE decision = '" + LEAVE + "' AND",
                    app,
                    kind,
                    remoteIds));
  }

  /**
   * What is undecided, or was left alone, in the order of kind and id; nothing that a delivery
   * linked meanwhile.
   *
   * @param left whether those that are left alone are asked for
   * @param kind and {@code after}: the last of the page before; null and empty for the first
   */
  public List<Doubt> doubts(
      int app, boolean left, @Nullable LaneKind kind, String after, int most) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT d.* FROM import_doubt d WHERE app_id = ? AND decision = ?"
                      + " AND NOT EXISTS (SELECT 1 FROM link l WHERE l.app_id = d.app_id"
                      + " AND l.kind = d.kind AND l.remote_id = d.remote_id)"
                      + " AND (kind > ? OR (kind = ? AND remote_id > ?))"
                      + " ORDER BY kind, remote_id LIMIT ?")) {
            String word = kind == null ? "" : kind.word();
            select.setInt(1, app);
            select.setString(2, left ? LEAVE : "");
            select.setString(3, word);
            select.setString(4, word);
            select.setString(5, after);
            select.setInt(6, most);
            return doubts(select);
          }
        });
  }

  /** What is noted of things of this id: none, one, or an account and a team. */
  public List<Doubt> doubts(int app, String remoteId) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT * FROM import_doubt WHERE app_id = ? AND kind IN ('account', 'team')"
                      + " AND remote_id = ?")) {
            select.setInt(1, app);
            select.setString(2, remoteId);
            return doubts(select);
          }
        });
  }

  private static List<Doubt> doubts(PreparedStatement select) throws SQLException {
    List<Doubt> doubts = new ArrayList<>();
    try (ResultSet found = select.executeQuery()) {
      while (found.next()) {
        doubts.add(
            new Doubt(
                LaneKind.of(found.getString("kind")),
                found.getString("remote_id"),
                found.getLong("directory_id"),
                found.getString("name"),
                found.getString("label"),
                found.getString("details"),
                found.getString("reason"),
                found.getString("decision"),
                found.getString("decided_by"),
                found.getLong("decided_at")));
      }
    }
    return doubts;
  }
}
