package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Seen;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Calls that a holder made after it lost its lane: what they did in the app is told apart from
 * nothing, so the target is asserted. Inside a transaction of the caller; stateless.
 */
final class LateCalls {
  // Left to right on MariaDB: what looks at wanted_seq and state comes before they change. A create
  // that may come late is an intent again, so that what it made is looked for, and is ours.
  private static final String DOUBT =
      """
      UPDATE lane SET doubt_seq = wanted_seq + 1, wanted_seq = wanted_seq + 1, in_doubt = TRUE,
          intent_name = CASE WHEN intent_seen IS NULL THEN ? ELSE intent_name END,
          intent_seen = CASE WHEN intent_seen IS NULL THEN ? ELSE intent_seen END,
          wanted_at = CASE WHEN state = 'idle' THEN ? ELSE wanted_at END,
          due_at = CASE WHEN MOVED THEN ? ELSE due_at END,
          state = CASE WHEN MOVED THEN 'due' ELSE state END
      WHERE app_id = ? AND kind = ? AND target_id = ?
      """
          .replace("MOVED", LaneState.movedBy(LaneEvent.LATE_CALL));

  // An add of ours may have come late: taken back where it is not wanted any more.
  private static final String MEMBER =
      """
      INSERT INTO app_member (app_id, team_id, account_id, state, held, origin, seen, cause, causes,
          attempts, reason)
      VALUES (?, ?, ?, 'due', FALSE, 'OURS', 'ABSENT', ?, 1, 0, '')
      ON DUPLICATE KEY UPDATE state = 'due', causes = causes + 1, retry_at = NULL,
          seen = CASE WHEN held = TRUE THEN seen ELSE 'ABSENT' END
      """;

  private LateCalls() {}

  static void reassert(Connection connection, Lane lane, Called called, long now)
      throws SQLException {
    reassert(connection, lane, lane.target(), called, called.created(), now);
    long heir = heir(connection, lane, called);
    if (heir != 0) {
      reassert(connection, lane, heir, called, null, now);
    }
  }

  private static void reassert(
      Connection connection,
      Lane lane,
      long target,
      Called called,
      @Nullable String created,
      long now)
      throws SQLException {
    if (doubt(connection, lane, target, created, now)) {
      mark(connection, lane, target, called.members());
      GrantRows.doubt(connection, lane, target, called.subject(), called.roles());
    }
  }

  /** Whose the account or team became while its holder slept; 0 for nobody else's. */
  private static long heir(Connection connection, Lane lane, Called called) throws SQLException {
    if (called.remoteId() == null) {
      return 0;
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT resource_id FROM link"
                + " WHERE app_id = ? AND kind = ? AND remote_id = ? AND resource_id <> ?")) {
      select.setInt(1, lane.app());
      select.setString(2, (lane.kind() == LaneKind.GRANTS ? called.subject() : lane.kind()).word());
      select.setString(3, called.remoteId());
      select.setLong(4, lane.target());
      try (ResultSet found = select.executeQuery()) {
        return found.next() ? found.getLong(1) : 0;
      }
    }
  }

  /** False when there is no such lane any more. */
  private static boolean doubt(
      Connection connection, Lane lane, long target, @Nullable String created, long now)
      throws SQLException {
    try (PreparedStatement doubt = connection.prepareStatement(DOUBT)) {
      doubt.setString(1, created);
      doubt.setString(2, created == null ? null : Seen.ABSENT.name());
      doubt.setLong(3, now);
      doubt.setLong(4, now);
      doubt.setInt(5, lane.app());
      doubt.setString(6, lane.kind().word());
      doubt.setLong(7, target);
      return doubt.executeUpdate() > 0;
    }
  }

  /** Whether these are members is not known: they are put in or taken out as is wanted now. */
  static void mark(Connection connection, Lane lane, Collection<Long> members) throws SQLException {
    mark(connection, lane, lane.target(), members);
  }

  private static void mark(Connection connection, Lane lane, long team, Collection<Long> members)
      throws SQLException {
    if (members.isEmpty()) {
      return;
    }
    try (PreparedStatement mark = connection.prepareStatement(MEMBER)) {
      for (long account : members.stream().sorted().toList()) {
        mark.setInt(1, lane.app());
        mark.setLong(2, team);
        mark.setLong(3, account);
        mark.setLong(4, lane.lastCause());
        mark.addBatch();
      }
      mark.executeBatch();
    }
  }
}
