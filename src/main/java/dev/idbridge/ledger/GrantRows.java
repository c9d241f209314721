package dev.idbridge.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Seen;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grant rows of one subject, inside a transaction of the caller. Only the holder of the grants
 * lane settles rows; an administrator's act raises a row's {@code causes}, and settling names the
 * {@code causes} it read, so that an act meanwhile is never lost. Stateless.
 */
final class GrantRows {
  static final String COLUMNS =
      "role, resource, state, held, origin, direct, seen, provenance, asserted, cause, causes,"
          + " attempts, retry_at, reason";
  private static final int MOST_WHY = 2048;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<GrantRow.Why>> WHY = new TypeReference<>() {};
  private static final Comparator<GrantRow> BY_KEY =
      Comparator.comparing((GrantRow row) -> row.role().name())
          .thenComparing(row -> row.role().resource());

  private GrantRows() {}

  /** All rows of a subject: as many as rules and administrators ask for. */
  static List<GrantRow> of(Connection connection, int app, LaneKind kind, long subject)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM app_grant WHERE app_id = ? AND subject_kind = ? AND subject_id = ?"
                + " ORDER BY role, resource")) {
      select.setInt(1, app);
      select.setString(2, kind.word());
      select.setLong(3, subject);
      List<GrantRow> rows = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          rows.add(row(found));
        }
      }
      return rows;
    }
  }

  static GrantRow row(ResultSet found) throws SQLException {
    String seen = found.getString("seen");
    return new GrantRow(
        new Role(found.getString("role"), found.getString("resource")),
        GrantRow.State.of(found.getString("state")),
        found.getBoolean("held"),
        Origin.valueOf(found.getString("origin")),
        found.getBoolean("direct"),
        seen == null ? null : Seen.valueOf(seen),
        why(found.getString("provenance")),
        found.getLong("asserted"),
        found.getLong("cause"),
        found.getInt("causes"),
        found.getInt("attempts"),
        found.getLong("retry_at"),
        found.getString("reason"));
  }

  private static List<GrantRow.Why> why(String text) {
    try {
      return text.isEmpty() ? List.of() : JSON.readValue(text, WHY);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a grant's provenance cannot be read", e);
    }
  }

  /** As many reasons as fit; the first are kept. */
  private static String text(List<GrantRow.Why> why) {
    try {
      for (int most = why.size(); most > 0; most--) {
        String text = JSON.writeValueAsString(why.subList(0, most));
        if (text.length() <= MOST_WHY) {
          return text;
        }
      }
      return "";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a grant's provenance cannot be written", e);
    }
  }

  /** What the app holds first, whatever happened to the row since; then the settling. */
  static void write(Connection connection, List<Booking> sorted) throws SQLException {
    try (PreparedStatement fact =
            connection.prepareStatement(
                """
                INSERT INTO app_grant (app_id, subject_kind, subject_id, role, resource, state,
                    held, origin, direct, seen, provenance, asserted, cause, causes, attempts,
                    reason)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, FALSE, ?, ?, 0, ?, 0, 0, '')
                ON DUPLICATE KEY UPDATE held = VALUES(held), origin = VALUES(origin),
                    seen = VALUES(seen), provenance = VALUES(provenance)
                """);
        PreparedStatement settle =
            connection.prepareStatement(
                """
                UPDATE app_grant SET state = ?, cause = ?, attempts = ?, retry_at = ?, reason = ?,
                    causes = CASE WHEN ? = 'applied' THEN 0 ELSE causes END,
                    parked_at = CASE WHEN ? = 'parked' THEN COALESCE(parked_at, ?) ELSE NULL END
                WHERE app_id = ? AND subject_kind = ? AND subject_id = ? AND role = ?
                    AND resource = ? AND causes = ?
                """);
        PreparedStatement gone =
            connection.prepareStatement(
                """
                DELETE FROM app_grant WHERE app_id = ? AND subject_kind = ? AND subject_id = ?
                    AND role = ? AND resource = ? AND causes = ?
                """)) {
      boolean any = false;
      for (Booking booking : sorted) {
        List<GrantRow> rows = new ArrayList<>(booking.grants);
        booking.grantsGone.forEach(row -> rows.add(row.released(row.state(), "")));
        rows.sort(BY_KEY);
        for (GrantRow row : rows) {
          int i = key(fact, 1, booking, row);
          fact.setString(i++, row.state().word());
          fact.setBoolean(i++, row.held());
          fact.setString(i++, row.origin().name());
          Seen seen = row.seen();
          fact.setString(i++, seen == null ? null : seen.name());
          fact.setString(i++, text(row.why()));
          fact.setLong(i, row.cause());
          fact.addBatch();
          any = true;
        }
        for (GrantRow row : booking.grants) {
          settle.setString(1, row.state().word());
          settle.setLong(2, row.cause());
          settle.setInt(3, row.attempts());
          LaneEndings.setLong(settle, 4, row.retryAt() == 0 ? null : Long.valueOf(row.retryAt()));
          settle.setString(5, SyncLog.bounded(row.reason(), 512));
          settle.setString(6, row.state().word());
          settle.setString(7, row.state().word());
          settle.setLong(8, booking.at);
          settle.setInt(key(settle, 9, booking, row), row.causes());
          settle.addBatch();
        }
        for (GrantRow row : booking.grantsGone) {
          gone.setInt(key(gone, 1, booking, row), row.causes());
          gone.addBatch();
        }
      }
      if (any) {
        fact.executeBatch();
        settle.executeBatch();
        gone.executeBatch();
      }
    }
  }

  private static int key(PreparedStatement statement, int at, Booking booking, GrantRow row)
      throws SQLException {
    statement.setInt(at, booking.lane.app());
    statement.setString(at + 1, booking.grantsOf.word());
    statement.setLong(at + 2, booking.lane.target());
    statement.setString(at + 3, row.role().name());
    statement.setString(at + 4, row.role().resource());
    return at + 5;
  }

  /** The subject is not in the app any more: what it held there is held no longer. */
  static void forget(Connection connection, Lane lane) throws SQLException {
    try (PreparedStatement forget =
        connection.prepareStatement(
            """
            UPDATE app_grant SET held = FALSE, seen = NULL, origin = 'OURS', state = 'due',
                causes = causes + 1, retry_at = NULL
            WHERE app_id = ? AND subject_kind = ? AND subject_id = ?
            """)) {
      forget.setInt(1, lane.app());
      forget.setString(2, lane.kind().word());
      forget.setLong(3, lane.target());
      forget.executeUpdate();
    }
  }

  /** What an account holds, or may hold, is its new owner's to keep or to lose. */
  static void handOver(Connection connection, int app, long from, long to) throws SQLException {
    String doing =
        """
        app_id = ? AND subject_kind = 'account' AND subject_id = ?
          AND (held = TRUE OR seen IS NOT NULL)
        """;
    List<GrantRow> rows =
        of(connection, app, LaneKind.ACCOUNT, from).stream()
            .filter(row -> row.held() || row.seen() != null)
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement known =
            connection.prepareStatement(
                """
                UPDATE app_grant SET held = TRUE, origin = ?, seen = 'ABSENT', state = 'due',
                    causes = causes + 1, retry_at = NULL
                WHERE app_id = ? AND subject_kind = 'account' AND subject_id = ? AND role = ?
                  AND resource = ?
                """);
        PreparedStatement drop =
            connection.prepareStatement(
                """
                DELETE FROM app_grant WHERE app_id = ? AND subject_kind = 'account'
                  AND subject_id = ? AND role = ? AND resource = ?
                """);
        PreparedStatement move =
            connection.prepareStatement(
                "UPDATE app_grant SET subject_id = ?, direct = FALSE, asserted = 0,"
                    + " provenance = '', state = 'due', causes = causes + 1, retry_at = NULL"
                    + " WHERE "
                    + doing)) {
      for (GrantRow row : rows) {
        Role role = row.role();
        known.setString(1, row.origin().name());
        known.setInt(2, app);
        known.setLong(3, to);
        known.setString(4, role.name());
        known.setString(5, role.resource());
        if (known.executeUpdate() > 0) {
          drop.setInt(1, app);
          drop.setLong(2, from);
          drop.setString(3, role.name());
          drop.setString(4, role.resource());
          drop.executeUpdate();
        }
      }
      move.setLong(1, to);
      move.setInt(2, app);
      move.setLong(3, from);
      move.executeUpdate();
    }
  }

  /** When the next role in this state wants another look; null for none. */
  static @Nullable Long earliest(Connection connection, Booking booking, GrantRow.State state)
      throws SQLException {
    long earliest = Long.MAX_VALUE;
    List<GrantRow> rows =
        new ArrayList<>(
            of(connection, booking.lane.app(), booking.grantsOf, booking.lane.target()));
    rows.addAll(booking.grants);
    for (GrantRow row : rows) {
      if (row.state() == state && row.retryAt() != 0) {
        earliest = Math.min(earliest, row.retryAt());
      }
    }
    return earliest == Long.MAX_VALUE ? null : earliest;
  }

  /**
   * A call of an earlier holder may have come late: what it was about is looked at as if it were
   * held.
   */
  static void doubt(
      Connection connection, Lane lane, LaneKind kind, Collection<Role> roles, long cause)
      throws SQLException {
    try (PreparedStatement mark =
        connection.prepareStatement(
            """
            INSERT INTO app_grant (app_id, subject_kind, subject_id, role, resource, state, held,
                origin, direct, seen, provenance, asserted, cause, causes, attempts, reason)
            VALUES (?, ?, ?, ?, ?, 'due', FALSE, 'OURS', FALSE, 'ABSENT', '', 0, ?, 1, 0, '')
            ON DUPLICATE KEY UPDATE state = 'due', causes = causes + 1, retry_at = NULL,
                seen = CASE WHEN held = TRUE THEN seen ELSE 'ABSENT' END
            """)) {
      for (Role role : roles) {
        mark.setInt(1, lane.app());
        mark.setString(2, kind.word());
        mark.setLong(3, lane.target());
        mark.setString(4, role.name());
        mark.setString(5, role.resource());
        mark.setLong(6, cause);
        mark.addBatch();
      }
      if (!roles.isEmpty()) {
        mark.executeBatch();
      }
    }
  }
}
