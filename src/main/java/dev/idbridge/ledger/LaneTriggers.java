package dev.idbridge.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Makes lanes due inside a transaction of the caller. Thread-safe, stateless.
 *
 * <p>Lanes are touched in the order of their key, each once: the order that does not deadlock with
 * other writers.
 */
public final class LaneTriggers {
  /** The most lanes one intake transaction writes; beyond it, a sweep. */
  public static final int MOST = 500;

  // Assignments are evaluated left to right with the new values on MariaDB and with the old ones on
  // H2: state comes last, and nothing before it depends on a column assigned earlier. VALUES(x) is
  // never the left side of a comparison: H2 would read the beginning of a table of values.
  private static final String UPSERT =
      """
      INSERT INTO lane (app_id, kind, target_id, directory_id, state, priority, due_at,
          wanted_seq, claimed_seq, applied_seq, in_doubt, doubt_seq, attempts, revived, reason, basis,
          wanted_at, first_cause, last_cause, causes, claimed_first, claimed_last, claimed_causes)
      VALUES ROWS
      ON DUPLICATE KEY UPDATE
          wanted_seq = wanted_seq + 1,
          wanted_at = CASE WHEN causes = 0 THEN VALUES(wanted_at) ELSE wanted_at END,
          first_cause = CASE WHEN first_cause = 0 THEN VALUES(first_cause) ELSE first_cause END,
          last_cause = VALUES(last_cause),
          causes = causes + VALUES(causes),
          priority = CASE WHEN state = 'idle' OR state = 'verifying' OR priority > VALUES(priority)
              THEN VALUES(priority) ELSE priority END,
          due_at = CASE WHEN MOVED OR (state = 'due' AND 0 = VALUES(priority) AND due_at > VALUES(due_at))
              THEN VALUES(due_at) ELSE due_at END,
          state = CASE WHEN MOVED THEN 'due' ELSE state END
      """
          .replace(
              "MOVED",
              "(0 = VALUES(priority) AND "
                  + LaneState.movedBy(LaneEvent.LEAVER)
                  + ") OR (revived = FALSE AND "
                  + LaneState.movedBy(LaneEvent.WANTED)
                  + ") OR (state <> 'dead' AND "
                  + LaneState.movedBy(LaneEvent.WANTED)
                  + ")");

  private static final String ROW =
      "(?, ?, ?, ?, 'due', ?, ?, 1, 0, 0, FALSE, 0, 0, FALSE, '', 'none', ?, ?, ?, ?, 0, 0, 0)";

  /** Rows of one statement; with powers of two up to here few different statements are prepared. */
  private static final int MOST_ROWS = 64;

  private final IntPredicate granting;

  /** Where no app has roles. */
  public LaneTriggers() {
    this(app -> false);
  }

  /**
   * @param granting which apps, by id, have roles
   */
  public LaneTriggers(IntPredicate granting) {
    this.granting = granting;
  }

  /** Whether the app has roles: only then are there lanes of grants. */
  public boolean granting(int app) {
    return granting.test(app);
  }

  /** Raises {@code wanted_seq} of every lane named, creating those that are new. */
  public void makeDue(Connection connection, Collection<Trigger> triggers) throws SQLException {
    if (triggers.isEmpty()) {
      return;
    }
    List<Merged> lanes = merged(triggers);
    for (int from = 0; from < lanes.size(); ) {
      int rows = Math.min(MOST_ROWS, Integer.highestOneBit(lanes.size() - from));
      upsert(connection, lanes.subList(from, from + rows));
      from += rows;
    }
  }

  private static void upsert(Connection connection, List<Merged> lanes) throws SQLException {
    String rows = String.join(", ", Collections.nCopies(lanes.size(), ROW));
    try (PreparedStatement upsert = connection.prepareStatement(UPSERT.replace("ROWS", rows))) {
      int i = 0;
      for (Merged lane : lanes) {
        Trigger first = lane.first;
        upsert.setInt(++i, first.app());
        upsert.setString(++i, first.kind().word());
        upsert.setLong(++i, first.target());
        upsert.setLong(++i, first.directory());
        upsert.setInt(++i, lane.level);
        upsert.setLong(++i, first.at());
        upsert.setLong(++i, first.at());
        upsert.setLong(++i, first.cause());
        upsert.setLong(++i, lane.last.cause());
        upsert.setInt(++i, lane.count);
      }
      upsert.executeUpdate();
    }
  }

  private static List<Merged> merged(Collection<Trigger> triggers) {
    Map<Key, Merged> lanes = new LinkedHashMap<>();
    for (Trigger trigger : triggers) {
      lanes.merge(
          new Key(trigger.app(), trigger.kind(), trigger.target()),
          new Merged(trigger, trigger, trigger.priority().level(), 1),
          (a, b) -> new Merged(a.first, b.last, Math.min(a.level, b.level), a.count + 1));
    }
    return lanes.values().stream()
        .sorted(
            Comparator.comparingInt((Merged m) -> m.first.app())
                .thenComparing(m -> m.first.kind().word())
                .thenComparingLong(m -> m.first.target()))
        .toList();
  }

  private record Key(int app, LaneKind kind, long target) {}

  private record Merged(Trigger first, Trigger last, int level, int count) {}
}
