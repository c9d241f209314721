package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import dev.idbridge.store.IdList;
import dev.idbridge.store.Node;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How far imports are, and what each was shown, for all daemons on one store. One runs per app at a
 * time. Every method is a transaction of its own. Thread-safe.
 */
public final class ImportRuns {
  private static final int PAGE = 5_000;

  private final Transactions transactions;
  private final Ids ids;
  private final ActRecord record;
  private final int node;
  private final Clock clock;

  /**
   * @param node this daemon's number
   */
  public ImportRuns(Transactions transactions, Ids ids, int node, Clock clock) {
    this.transactions = transactions;
    this.ids = ids;
    this.record = new ActRecord(ids);
    this.node = node;
    this.clock = clock;
  }

  /**
   * How much an import has done.
   *
   * @param seen accounts and teams that were shown so far
   * @param created users and groups of origin app
   * @param linked with users and groups that were there
   * @param known linked before, or left alone by somebody's decision
   * @param doubts left to a person
   * @param members memberships of imported groups
   */
  public record Counts(
      long seen, long created, long linked, long known, long doubts, long members) {
    /** The same with so many memberships more. */
    public Counts joined(int more) {
      return new Counts(seen, created, linked, known, doubts, members + more);
    }

    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);
  }

  /**
   * The last import from an app.
   *
   * @param state running, done, failed, or interrupted: its daemon ended meanwhile
   * @param started and {@code changed}: milliseconds since the epoch
   * @param reason why it failed, or empty
   */
  public record Run(
      long id,
      long directory,
      String state,
      String by,
      long started,
      long changed,
      Counts counts,
      String reason) {
    public boolean running() {
      return state.equals("running");
    }
  }

  /** The last import from an app; empty when there was none. */
  public Optional<Run> last(int app) {
    return transactions.run(connection -> last(connection, app, ""));
  }

  private Optional<Run> last(Connection connection, int app, String lock) throws SQLException {
    Run run;
    int by;
    try (PreparedStatement select =
        connection.prepareStatement("SELECT * FROM import_run WHERE app_id = ?" + lock)) {
      select.setInt(1, app);
      try (ResultSet found = select.executeQuery()) {
        if (!found.next()) {
          return Optional.empty();
        }
        run = read(found);
        by = found.getInt("node");
      }
    }
    return Optional.of(
        !run.running() || lives(connection, by, run.started)
            ? run
            : new Run(
                run.id,
                run.directory,
                "interrupted",
                run.by,
                run.started,
                run.changed,
                run.counts,
                "its daemon ended before it was done"));
  }

  private static Run read(ResultSet found) throws SQLException {
    return new Run(
        found.getLong("run"),
        found.getLong("directory_id"),
        found.getString("state"),
        found.getString("started_by"),
        found.getLong("started_at"),
        found.getLong("changed_at"),
        new Counts(
            found.getLong("seen"),
            found.getLong("created"),
            found.getLong("linked"),
            found.getLong("known"),
            found.getLong("doubts"),
            found.getLong("members")),
        found.getString("reason"));
  }

  /** Whether the daemon that had this number at that moment lives. */
  private boolean lives(Connection connection, int number, long then) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM node WHERE number = ? AND started_at <= ? AND heartbeat_at >= ?")) {
      select.setInt(1, number);
      select.setLong(2, then);
      select.setLong(3, clock.millis() - Node.SILENCE.toMillis());
      try (ResultSet found = select.executeQuery()) {
        return found.next();
      }
    }
  }

  /**
   * Begins one, noted in the change record, unless one is under way.
   *
   * @param by who asks
   * @return the id of the new one; 0 when one is under way
   */
  public long begin(int app, long directory, String by) {
    return transactions.run(
        connection -> {
          Optional<Run> last = last(connection, app, " FOR UPDATE");
          if (last.isPresent() && last.get().running()) {
            return 0L;
          }
          long now = clock.millis();
          long run = ids.next();
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM import_run WHERE app_id = ?")) {
            delete.setInt(1, app);
            delete.executeUpdate();
          }
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO import_run (app_id, run, directory_id, state, started_by, node,
                      started_at, changed_at, seen, created, linked, known, doubts, members, reason)
                  VALUES (?, ?, ?, 'running', ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, '')
                  """)) {
            insert.setInt(1, app);
            insert.setLong(2, run);
            insert.setLong(3, directory);
            insert.setString(4, SyncLog.bounded(by, 128));
            insert.setInt(5, node);
            insert.setLong(6, now);
            insert.setLong(7, now);
            insert.executeUpdate();
          }
          // What an earlier import could not place is looked at anew.
          try (PreparedStatement delete =
              connection.prepareStatement(
                  "DELETE FROM import_doubt WHERE app_id = ? AND decision = ''")) {
            delete.setInt(1, app);
            delete.executeUpdate();
          }
          String before =
              last.filter(run1 -> run1.state.equals("interrupted"))
                  .map(run1 -> "; anew after import " + run1.id + ", which was cut short")
                  .orElse("");
          record.append(
              connection, now, "App", app, "IMPORT", by, "into directory " + directory + before);
          return run;
        });
  }

  /**
   * Notes how far an import is.
   *
   * @return false when it is no longer the app's import: another daemon began anew, or the app was
   *     reset
   */
  public boolean note(int app, long run, String state, Counts counts, String reason) {
    return transactions.run(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  """
                  UPDATE import_run SET state = ?, changed_at = GREATEST(?, changed_at + 1),
                      seen = ?, created = ?, linked = ?, known = ?, doubts = ?, members = ?,
                      reason = ?
                  WHERE app_id = ? AND run = ?
                  """)) {
            update.setString(1, state);
            update.setLong(2, clock.millis());
            update.setLong(3, counts.seen);
            update.setLong(4, counts.created);
            update.setLong(5, counts.linked);
            update.setLong(6, counts.known);
            update.setLong(7, counts.doubts);
            update.setLong(8, counts.members);
            update.setString(9, SyncLog.bounded(reason, 1024));
            update.setInt(10, app);
            update.setLong(11, run);
            return update.executeUpdate() == 1;
          }
        });
  }

  /** Which of these an import was shown already. */
  public Set<String> seen(int app, long run, LaneKind kind, Collection<String> remoteIds) {
    if (remoteIds.isEmpty()) {
      return Set.of();
    }
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT remote_id FROM import_seen WHERE app_id = ? AND run = ? AND kind = ?"
                      + " AND remote_id IN ("
                      + IdList.marks(remoteIds.size())
                      + ")")) {
            select.setInt(1, app);
            select.setLong(2, run);
            select.setString(3, kind.word());
            IdList.bind(select, 4, remoteIds);
            Set<String> seen = new HashSet<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                seen.add(found.getString(1));
              }
            }
            return seen;
          }
        });
  }

  /** Notes that an import was shown these, none of them before. */
  public void mark(int app, long run, LaneKind kind, Collection<String> remoteIds) {
    if (remoteIds.isEmpty()) {
      return;
    }
    transactions.run(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO import_seen (app_id, run, kind, remote_id) VALUES (?, ?, ?, ?)")) {
            for (String id : remoteIds) {
              insert.setInt(1, app);
              insert.setLong(2, run);
              insert.setString(3, kind.word());
              insert.setString(4, id);
              insert.addBatch();
            }
            return insert.executeBatch().length;
          }
        });
  }

  /** Forgets what imports of an app were shown; page by page. */
  public void unmark(int app) {
    int gone;
    do {
      gone =
          transactions.run(
              connection -> {
                try (PreparedStatement delete =
                    connection.prepareStatement(
                        "DELETE FROM import_seen WHERE app_id = ? LIMIT " + PAGE)) {
                  delete.setInt(1, app);
                  return delete.executeUpdate();
                }
              });
    } while (gone == PAGE);
  }
}
