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

  /**
   * The account or team is another resource's from now on. What it holds, or may hold, is taken
   * away from it again unless something asks for it anew: what asked for it, an administrator too,
   * spoke of somebody else.
   */
  static void handOver(Connection connection, Link owned, long next) throws SQLException {
    List<GrantRow> rows =
        of(connection, owned.app(), owned.kind(), owned.resource()).stream()
            .filter(row -> row.held() || row.seen() != null)
            .map(row -> row.origin() == Origin.OURS ? row.unsure() : row)
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement take =
            connection.prepareStatement(
                """
                DELETE FROM app_grant WHERE app_id = ? AND subject_kind = ? AND subject_id = ?
                    AND role = ? AND resource = ?
                """);
        PreparedStatement letter =
            connection.prepareStatement(
                "DELETE FROM dead_letter"
                    + " WHERE app_id = ? AND kind = ? AND target_id = ? AND member_id = ?");
        PreparedStatement give =
            connection.prepareStatement(
                """
                INSERT INTO app_grant (app_id, subject_kind, subject_id, role, resource, state,
                    held, origin, direct, seen, provenance, asserted, cause, causes, attempts,
                    reason)
                VALUES (?, ?, ?, ?, ?, 'removing', ?, ?, FALSE, ?, '', 0, ?, 1, 0, '')
                ON DUPLICATE KEY UPDATE held = VALUES(held), origin = VALUES(origin),
                    seen = VALUES(seen), state = 'removing', causes = causes + 1, attempts = 0,
                    retry_at = NULL
                """)) {
      for (GrantRow row : rows) {
        key(take, 1, owned, owned.resource(), row);
        take.addBatch();
        letter.setInt(1, owned.app());
        letter.setString(2, LaneKind.GRANTS.word());
        letter.setLong(3, owned.resource());
        letter.setLong(4, Booking.letterOf(row.role()));
        letter.addBatch();
        int i = key(give, 1, owned, next, row);
        give.setBoolean(i++, row.held());
        give.setString(i++, row.origin().name());
        Seen seen = row.seen();
        give.setString(i++, seen == null ? null : seen.name());
        give.setLong(i, row.cause());
        give.addBatch();
      }
      take.executeBatch();
      give.executeBatch();
      letter.executeBatch();
    }
  }

  private static int key(
      PreparedStatement statement, int at, Link owned, long subject, GrantRow row)
      throws SQLException {
    statement.setInt(at, owned.app());
    statement.setString(at + 1, owned.kind().word());
    statement.setLong(at + 2, subject);
    statement.setString(at + 3, row.role().name());
    statement.setString(at + 4, row.role().resource());
    return at + 5;
  }

  /** When the next role that is parked, or kept, wants another look; null for none. */
  static @Nullable Long earliestRetry(Connection connection, Booking booking) throws SQLException {
    long earliest = Long.MAX_VALUE;
    List<GrantRow> rows =
        new ArrayList<>(
            of(connection, booking.lane.app(), booking.grantsOf, booking.lane.target()));
    rows.addAll(booking.grants);
    for (GrantRow row : rows) {
      boolean looked = row.state() == GrantRow.State.PARKED || row.state() == GrantRow.State.KEPT;
      if (looked && row.retryAt() != 0) {
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
      Connection connection, Lane lane, long subject, LaneKind kind, Collection<Role> roles)
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
        mark.setLong(3, subject);
        mark.setString(4, role.name());
        mark.setString(5, role.resource());
        mark.setLong(6, lane.lastCause());
        mark.addBatch();
      }
      if (!roles.isEmpty()) {
        mark.executeBatch();
      }
    }
  }
}
