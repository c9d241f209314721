package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Seen;
import dev.idbridge.model.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Claims due lanes: nobody else holds one while its lease lasts. Runs in a transaction of its own,
 * which commits before anything is read or called. Thread-safe.
 *
 * <p>MariaDB hands out rows that nobody has locked (SKIP LOCKED). H2 locks more than it hands out,
 * so there ids are selected and each is taken by compare-and-set.
 */
final class LaneClaims {
  private static final String SELECT =
      """
      SELECT kind, target_id, directory_id, state, priority, due_at, wanted_seq, in_doubt, attempts,
          first_failed_at, intent_seen, intent_name, basis, wanted_at, first_cause, last_cause, causes,
          claimed_first, claimed_last, claimed_causes
      FROM lane WHERE app_id = ? AND priority = ? AND due_at <= ? ORDER BY due_at LIMIT ?
      """;
  private static final String TAKE =
      """
      UPDATE lane SET state = 'leased', due_at = ?, claimed_seq = ?, lease_token = ?, lease_node = ?,
          in_doubt = ?, first_cause = 0, last_cause = 0, causes = 0, claimed_first = ?,
          claimed_last = ?, claimed_causes = ?, waits_for_kind = NULL, waits_for_id = NULL
      WHERE app_id = ? AND kind = ? AND target_id = ? AND due_at = ? AND wanted_seq = ?
      """;

  private final Ids ids;
  private final int node;
  private final boolean skipLocked;

  LaneClaims(Ids ids, int node, boolean skipLocked) {
    this.ids = ids;
    this.node = node;
    this.skipLocked = skipLocked;
  }

  /**
   * @param now and {@code leaseEnd}: milliseconds since the epoch
   */
  List<Lane> claim(Connection connection, int app, int most, long now, long leaseEnd)
      throws SQLException {
    List<Row> rows = new ArrayList<>();
    for (Priority priority : Priority.values()) {
      if (rows.size() < most) {
        select(connection, app, priority, now, most - rows.size(), rows);
      }
    }
    rows.sort(Comparator.comparing((Row r) -> r.kind).thenComparingLong(r -> r.target));
    List<Lane> taken = new ArrayList<>(rows.size());
    try (PreparedStatement take = connection.prepareStatement(TAKE)) {
      for (Row row : rows) {
        Lane lane = row.leased(app, ids.next());
        take.setLong(1, leaseEnd);
        take.setLong(2, row.wantedSeq);
        take.setLong(3, lane.leaseToken());
        take.setInt(4, node);
        take.setBoolean(5, lane.inDoubt());
        take.setLong(6, lane.firstCause());
        take.setLong(7, lane.lastCause());
        take.setInt(8, lane.causes());
        take.setInt(9, app);
        take.setString(10, row.kind);
        take.setLong(11, row.target);
        take.setLong(12, row.dueAt);
        take.setLong(13, row.wantedSeq);
        take.addBatch();
        taken.add(lane);
      }
      int[] counts = rows.isEmpty() ? new int[0] : take.executeBatch();
      List<Lane> ours = new ArrayList<>(taken.size());
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] == 1) {
          ours.add(taken.get(i));
        }
      }
      return ours;
    }
  }

  private void select(
      Connection connection, int app, Priority priority, long now, int most, List<Row> into)
      throws SQLException {
    String sql = skipLocked ? SELECT + " FOR UPDATE SKIP LOCKED" : SELECT;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setInt(1, app);
      select.setInt(2, priority.level());
      select.setLong(3, now);
      select.setInt(4, most);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          into.add(new Row(found, priority));
        }
      }
    }
  }

  private static final class Row {
    final String kind;
    final long target;
    final long directory;
    final boolean takeover;
    final Priority priority;
    final long dueAt;
    final long wantedSeq;
    final boolean inDoubt;
    final int attempts;
    final long firstFailedAt;
    final @Nullable String intentSeen;
    final @Nullable String intentName;
    final String basis;
    final long wantedAt;
    final long firstCause;
    final long lastCause;
    final int causes;

    Row(ResultSet found, Priority priority) throws SQLException {
      this.priority = priority;
      kind = found.getString("kind");
      target = found.getLong("target_id");
      directory = found.getLong("directory_id");
      takeover = found.getString("state").equals("leased");
      dueAt = found.getLong("due_at");
      wantedSeq = found.getLong("wanted_seq");
      inDoubt = found.getBoolean("in_doubt");
      attempts = found.getInt("attempts");
      firstFailedAt = found.getLong("first_failed_at");
      intentSeen = found.getString("intent_seen");
      intentName = found.getString("intent_name");
      basis = found.getString("basis");
      wantedAt = found.getLong("wanted_at");
      // Causes of an earlier claim that never ended well stay with the lane.
      long claimedFirst = found.getLong("claimed_first");
      long newFirst = found.getLong("first_cause");
      int newCauses = found.getInt("causes");
      firstCause = claimedFirst != 0 ? claimedFirst : newFirst;
      lastCause = newCauses > 0 ? found.getLong("last_cause") : found.getLong("claimed_last");
      causes = newCauses + found.getInt("claimed_causes");
    }

    Lane leased(int app, long token) {
      return new Lane(
          app,
          LaneKind.of(kind),
          target,
          directory,
          token,
          priority,
          attempts,
          firstFailedAt,
          inDoubt || takeover,
          intentSeen == null ? null : Seen.valueOf(intentSeen),
          intentSeen == null ? null : intentName,
          basis,
          wantedAt,
          firstCause,
          lastCause,
          causes);
    }
  }
}
