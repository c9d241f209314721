package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Seen;
import dev.idbridge.model.Ids;
import dev.idbridge.store.IdList;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Claims due lanes: nobody else holds one while its lease lasts. Runs in a transaction of its own,
 * which commits before anything is read or called. Thread-safe.
 *
 * <p>Three statements, however many lanes: which are due, take them, read them as they were taken.
 * MariaDB hands out rows that nobody has locked (SKIP LOCKED). H2 locks more than it hands out, so
 * there nothing is locked first and the taking decides: it takes only what is still due.
 */
final class LaneClaims {
  // The embedded database goes along an index only where the order names all its columns: sorting
  // what is due would cost each claim the whole backlog.
  static final String DUE =
      "SELECT kind, target_id, due_at FROM lane WHERE app_id = ? AND priority = ? AND due_at >= ?"
          + " AND due_at <= ? ORDER BY app_id, priority, due_at LIMIT ?";
  // Left to right on MariaDB: what is read comes before it is overwritten.
  private static final String TAKE =
      """
      UPDATE lane SET claimed_seq = wanted_seq, lease_token = ?, lease_node = ?,
          in_doubt = CASE WHEN state = 'leased' THEN TRUE ELSE in_doubt END,
          claimed_first = CASE WHEN claimed_first <> 0 THEN claimed_first ELSE first_cause END,
          claimed_last = CASE WHEN causes > 0 THEN last_cause ELSE claimed_last END,
          claimed_causes = claimed_causes + causes,
          first_cause = 0, last_cause = 0, causes = 0,
          looks = CASE WHEN state = 'verifying' AND wanted_seq = applied_seq THEN looks ELSE 0 END,
          waits_for_kind = NULL, waits_for_id = NULL, state = 'leased', due_at = ?
      WHERE app_id = ? AND kind = ? AND target_id IN (MARKS) AND due_at <= ?
      """;
  // Causes of an earlier claim that never ended well stay with the lane.
  private static final String TAKEN =
      """
      SELECT target_id, directory_id, priority, in_doubt, attempts, first_failed_at, intent_seen,
          intent_name, basis, wanted_at, claimed_first, claimed_last, claimed_causes,
          looks
      FROM lane WHERE app_id = ? AND kind = ? AND target_id IN (MARKS) AND lease_token = ?
      """;

  /**
   * How long an app's lanes are gone through before they are looked at from the beginning again.
   */
  private static final long ONWARD_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /**
   * From making a lane due to its commit, mostly; what takes longer is found with the next look.
   */
  private static final long BEHIND_MILLIS = 100;

  private final Ids ids;
  private final int node;
  private final boolean skipLocked;
  private final Map<Backlog, Position> positions = new ConcurrentHashMap<>();

  LaneClaims(Ids ids, int node, boolean skipLocked) {
    this.ids = ids;
    this.node = node;
    this.skipLocked = skipLocked;
  }

  /**
   * @param least of which priority, or higher, a lane must be
   * @param now and {@code leaseEnd}: milliseconds since the epoch
   */
  List<Lane> claim(Connection connection, int app, Priority least, int most, long now, long end)
      throws SQLException {
    Map<String, List<Long>> due = new TreeMap<>();
    int left = most;
    for (Priority priority : Priority.values()) {
      if (left > 0 && priority.level() <= least.level()) {
        left -= due(connection, app, priority, now, left, due);
      }
    }
    List<Lane> taken = new ArrayList<>(most - left);
    long token = due.isEmpty() ? 0 : ids.next();
    for (Map.Entry<String, List<Long>> kind : due.entrySet()) {
      kind.getValue().sort(null);
      if (take(connection, app, kind.getKey(), kind.getValue(), token, now, end) > 0) {
        read(connection, app, kind.getKey(), kind.getValue(), token, taken);
      }
    }
    taken.sort(java.util.Comparator.comparing(Lane::priority));
    return taken;
  }

  private record Backlog(int app, Priority priority) {}

  /**
   * How far a backlog was claimed. What was claimed stays in the index until the database has
   * cleaned up, and would be stepped over again and again: measured, two hundred entries for every
   * lane or two.
   *
   * @param dueAt hardly anything is due before it
   * @param until when everything is looked at again, by the monotonic clock
   */
  private record Position(long dueAt, long until) {}

  private int due(
      Connection connection,
      int app,
      Priority priority,
      long now,
      int most,
      Map<String, List<Long>> into)
      throws SQLException {
    Backlog backlog = new Backlog(app, priority);
    Position known = positions.get(backlog);
    long ticks = System.nanoTime();
    if (known == null || ticks - known.until >= 0) {
      known = new Position(0, ticks + ONWARD_NANOS);
    }
    int count = 0;
    long last = known.dueAt;
    try (PreparedStatement select =
        connection.prepareStatement(skipLocked ? DUE + " FOR UPDATE SKIP LOCKED" : DUE)) {
      select.setInt(1, app);
      select.setInt(2, priority.level());
      select.setLong(3, known.dueAt);
      select.setLong(4, now);
      select.setInt(5, most);
      try (ResultSet found = select.executeQuery()) {
        for (; found.next(); count++) {
          into.computeIfAbsent(found.getString(1), kind -> new ArrayList<>()).add(found.getLong(2));
          last = found.getLong(3);
        }
      }
    }
    if (count == 0 && known.dueAt > 0) {
      positions.remove(backlog);
      return due(connection, app, priority, now, most, into);
    }
    long recent = Math.max(known.dueAt, now - BEHIND_MILLIS);
    positions.put(
        backlog, new Position(count < most ? recent : Math.min(last, recent), known.until));
    return count;
  }

  private int take(
      Connection connection,
      int app,
      String kind,
      List<Long> targets,
      long token,
      long now,
      long leaseEnd)
      throws SQLException {
    try (PreparedStatement take =
        connection.prepareStatement(TAKE.replace("MARKS", IdList.marks(targets.size())))) {
      take.setLong(1, token);
      take.setInt(2, node);
      take.setLong(3, leaseEnd);
      take.setInt(4, app);
      take.setString(5, kind);
      int next = IdList.bind(take, 6, targets);
      take.setLong(next, now);
      return take.executeUpdate();
    }
  }

  private static void read(
      Connection connection, int app, String kind, List<Long> targets, long token, List<Lane> into)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(TAKEN.replace("MARKS", IdList.marks(targets.size())))) {
      select.setInt(1, app);
      select.setString(2, kind);
      int next = IdList.bind(select, 3, targets);
      select.setLong(next, token);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          into.add(lane(found, app, LaneKind.of(kind), token));
        }
      }
    }
  }

  private static Lane lane(ResultSet found, int app, LaneKind kind, long token)
      throws SQLException {
    String seen = found.getString("intent_seen");
    return new Lane(
        app,
        kind,
        found.getLong("target_id"),
        found.getLong("directory_id"),
        token,
        Priority.values()[found.getInt("priority")],
        found.getInt("attempts"),
        found.getLong("first_failed_at"),
        found.getBoolean("in_doubt"),
        seen == null ? null : Seen.valueOf(seen),
        seen == null ? null : found.getString("intent_name"),
        found.getString("basis"),
        found.getLong("wanted_at"),
        found.getLong("claimed_first"),
        found.getLong("claimed_last"),
        found.getInt("claimed_causes"),
        found.getInt("looks"));
  }
}
