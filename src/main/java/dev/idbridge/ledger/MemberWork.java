package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Seen;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member row to be delivered, with everything that decides about it now.
 *
 * @param wanted whether a group that feeds the team names the user as a member now
 * @param usable whether the user is there and active now
 * @param evident whether a group that feeds the team named the user after it was reactivated last;
 *     true of users who never were
 * @param remoteId the account in the app, or null when it is not linked
 * @param linkActive whether the linked account is usable as far as we know
 */
public record MemberWork(
    MemberRow row,
    boolean wanted,
    boolean usable,
    boolean evident,
    @Nullable String remoteId,
    boolean linkActive,
    String userName) {

  /**
   * Whether the account should be in the team now.
   *
   * @param restore whether memberships come back with a reactivation by themselves
   */
  public boolean shouldBeIn(boolean restore) {
    return wanted && usable && (restore || evident);
  }

  /** The same of a row that was noted since. */
  public MemberWork with(MemberRow noted) {
    return new MemberWork(noted, wanted, usable, evident, remoteId, linkActive, userName);
  }

  // Ordered by all columns of the index, as in LaneClaims: else each page costs the whole team.
  static final String SELECT =
      """
      SELECT a.account_id, a.state, a.held, a.origin, a.seen, a.cause, a.causes, a.attempts,
          a.retry_at, a.reason, u.active, u.deleted_at, u.user_name, l.remote_id,
          l.active AS link_active,
          u.reactivated_seq,
          (SELECT MAX(m.asserted_seq) FROM team_source s
             JOIN directory_member m ON m.group_id = s.group_id
             JOIN directory_group g ON g.id = s.group_id
           WHERE s.app_id = a.app_id AND s.team_id = a.team_id AND s.gone = FALSE
             AND m.member_id = a.account_id AND m.present = TRUE
             AND g.deleted_at IS NULL) AS asserted
      FROM app_member a
        LEFT JOIN directory_user u ON u.id = a.account_id
        LEFT JOIN link l ON l.app_id = a.app_id AND l.kind = 'account'
          AND l.resource_id = a.account_id
      WHERE a.app_id = ? AND a.team_id = ? AND a.state = ?
      ORDER BY a.app_id, a.team_id, a.state, a.account_id LIMIT ?
      """;

  /** Rows of one state, in account order. */
  static List<MemberWork> page(Connection connection, Lane lane, MemberRow.State state, int most)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SELECT)) {
      select.setInt(1, lane.app());
      select.setLong(2, lane.target());
      select.setString(3, state.word());
      select.setInt(4, most);
      List<MemberWork> work = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          work.add(read(found));
        }
      }
      return work;
    }
  }

  private static MemberWork read(ResultSet found) throws SQLException {
    String seen = found.getString("seen");
    boolean live = found.getBoolean("active") && found.getObject("deleted_at") == null;
    String name = found.getString("user_name");
    return new MemberWork(
        new MemberRow(
            found.getLong("account_id"),
            MemberRow.State.of(found.getString("state")),
            found.getBoolean("held"),
            Origin.valueOf(found.getString("origin")),
            seen == null ? null : Seen.valueOf(seen),
            found.getLong("cause"),
            found.getInt("causes"),
            found.getInt("attempts"),
            found.getLong("retry_at"),
            found.getString("reason")),
        found.getObject("asserted") != null,
        live,
        found.getLong("asserted") > found.getLong("reactivated_seq"),
        found.getString("remote_id"),
        found.getBoolean("link_active"),
        name == null ? "" : name);
  }

  /** Parked rows whose next attempt has come become due. */
  static void unpark(Connection connection, Lane lane, long now) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE app_member SET state = CASE WHEN held = TRUE THEN 'removing' ELSE 'due' END
            WHERE app_id = ? AND team_id = ? AND state = 'parked' AND retry_at <= ?
            """)) {
      update.setInt(1, lane.app());
      update.setLong(2, lane.target());
      update.setLong(3, now);
      update.executeUpdate();
    }
  }
}
