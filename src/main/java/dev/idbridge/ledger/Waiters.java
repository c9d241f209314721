package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import dev.idbridge.store.IdList;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The net under everything that waits: finds what waits for something that has arrived, and what
 * has waited too long. In health the first finds nothing. Thread-safe.
 */
public final class Waiters {
  private static final int PAGE = 500;

  /**
   * What accounts and follow-ups wait for is over; memberships of detached teams stay, and of whom
   * is active again nothing is awaited.
   */
  private static final String NOTHING_LEFT =
      """
      UPDATE lane SET state = 'due', due_at = ?
      WHERE app_id = ? AND state = 'waiting' AND kind IN ('account', 'followup')
        AND ((kind = 'followup' AND EXISTS (SELECT 1 FROM link k WHERE k.app_id = lane.app_id
            AND k.kind = 'account' AND k.resource_id = lane.target_id AND k.active = TRUE))
          OR (NOT EXISTS (SELECT 1 FROM app_member a WHERE a.app_id = lane.app_id
              AND a.account_id = lane.target_id AND a.held = TRUE
              AND NOT EXISTS (SELECT 1 FROM lane t WHERE t.app_id = a.app_id
                AND t.kind = 'team' AND t.target_id = a.team_id AND t.state = 'detached'))
            AND NOT EXISTS (SELECT 1 FROM app_grant g WHERE g.app_id = lane.app_id
              AND g.subject_kind = 'account' AND g.subject_id = lane.target_id
              AND g.held = TRUE AND g.origin = 'OURS' AND g.state <> 'kept')))
      """;

  private final Transactions transactions;
  private final LaneTriggers lanes;
  private final Ids ids;
  private final Clock clock;

  public Waiters(Transactions transactions, LaneTriggers lanes, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.lanes = lanes;
    this.ids = ids;
    this.clock = clock;
  }

  private record Parked(int app, long team, long account, long directory, long cause) {}

  /**
   * Wakes what waits although nothing is missing: members parked for an account that is there,
   * accounts that wait for memberships that are gone, and teams for roles.
   *
   * @return how many were missed
   */
  public int wakeSatisfied() {
    int missed = 0;
    for (int app : transactions.run(AppRegister::known)) {
      missed += transactions.run(connection -> wakeSatisfied(connection, app, clock.millis()));
    }
    return missed;
  }

  private int wakeSatisfied(Connection connection, int app, long now) throws SQLException {
    List<Parked> missed =
        parked(
            connection,
            """
            SELECT a.app_id, a.team_id, a.account_id, l.directory_id, a.cause
            FROM app_member a
              JOIN link k ON k.app_id = a.app_id AND k.kind = 'account'
                AND k.resource_id = a.account_id AND k.active = TRUE
              JOIN lane l ON l.app_id = a.app_id AND l.kind = 'team'
                AND l.target_id = a.team_id
            WHERE a.app_id = ? AND a.state = 'parked' AND a.parked_at <= ?
              AND a.retry_at IS NULL AND a.attempts = 0
            LIMIT ?
            """,
            app,
            now - Duration.ofMinutes(1).toMillis());
    if (!missed.isEmpty()) {
      try (PreparedStatement mark = MemberRows.markStatement(connection)) {
        for (Parked row : missed) {
          MemberRows.bindMark(mark, row.app, row.team, row.account, row.cause, Priority.NORMAL);
        }
        mark.executeBatch();
      }
    }
    lanes.makeDue(connection, missed.stream().map(row -> trigger(row, now)).toList());
    return missed.size()
        + wakeWaitingAccounts(connection, app, now)
        + TeamWaits.wakeRoleless(connection, app, now);
  }

  private static Trigger trigger(Parked row, long now) {
    return new Trigger(
        row.app, LaneKind.TEAM, row.team, row.directory, row.cause, now, Priority.NORMAL);
  }

  private static int wakeWaitingAccounts(Connection connection, int app, long now)
      throws SQLException {
    try (PreparedStatement wake = connection.prepareStatement(NOTHING_LEFT)) {
      wake.setLong(1, now);
      wake.setInt(2, app);
      return wake.executeUpdate();
    }
  }

  /**
   * Lanes of which these bookings say that they wait until nothing is left on their account: what
   * went between their look and this commit woke nobody. Rows that somebody is taking away are
   * waited for, and whoever takes them away later finds a lane that waits.
   */
  static void recheck(Connection connection, List<Booking> sorted) throws SQLException {
    for (Booking booking : sorted) {
      if (booking.end instanceof LaneEnd.Waiting waiting && waiting.forTarget() == 0) {
        lock(
            connection,
            booking.lane,
            "link WHERE app_id = ? AND resource_id = ? AND kind = 'account'");
        lock(
            connection,
            booking.lane,
            "app_member WHERE app_id = ? AND account_id = ? AND held = TRUE");
        lock(
            connection,
            booking.lane,
            "app_grant WHERE app_id = ? AND subject_id = ? AND subject_kind = 'account'"
                + " AND held = TRUE");
        try (PreparedStatement wake =
            connection.prepareStatement(NOTHING_LEFT + " AND kind = ? AND target_id = ?")) {
          wake.setLong(1, booking.at);
          wake.setInt(2, booking.lane.app());
          wake.setString(3, booking.lane.kind().word());
          wake.setLong(4, booking.lane.target());
          wake.executeUpdate();
        }
      }
    }
  }

  /** Follow-ups wait for nothing of whoever is active again. */
  static void wakeReturned(Connection connection, List<Booking> sorted) throws SQLException {
    for (Booking booking : sorted) {
      Lane lane = booking.lane;
      Link link = booking.link;
      boolean returned = link != null && link.active() && !booking.newLink;
      if (returned && booking.wakeTeams && lane.kind() == LaneKind.ACCOUNT) {
        wake(
            connection,
            lane.app(),
            List.of(lane.target()),
            List.of(LaneKind.FOLLOW_UP),
            booking.at);
      }
    }
  }

  /** Something of these accounts is gone: what waits for that looks again. */
  static void wake(Connection connection, int app, Collection<Long> accounts, long at)
      throws SQLException {
    wake(connection, app, accounts, List.of(LaneKind.ACCOUNT, LaneKind.FOLLOW_UP), at);
  }

  static void wake(
      Connection connection, int app, Collection<Long> targets, List<LaneKind> kinds, long at)
      throws SQLException {
    try (PreparedStatement wake =
        connection.prepareStatement(
            "UPDATE lane SET state = 'due', due_at = ? WHERE app_id = ? AND kind = ?"
                + " AND target_id IN ("
                + IdList.marks(targets.size())
                + ") AND state = 'waiting'")) {
      for (LaneKind kind : kinds) {
        wake.setLong(1, at);
        wake.setInt(2, app);
        wake.setString(3, kind.word());
        IdList.bind(wake, 4, targets);
        wake.executeUpdate();
      }
    }
  }

  private static void lock(Connection connection, Lane lane, String rows) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("SELECT app_id FROM " + rows + " FOR UPDATE")) {
      lock.setInt(1, lane.app());
      lock.setLong(2, lane.target());
      lock.executeQuery().close();
    }
  }

  /**
   * What has been parked for longer than this becomes a dead letter; it stays parked, and is still
   * applied when its account arrives.
   *
   * @return how many
   */
  public int expireParked(Duration keep) {
    int expired = 0;
    for (int app : transactions.run(AppRegister::known)) {
      expired += transactions.run(connection -> expireParked(connection, app, keep));
    }
    return expired;
  }

  private int expireParked(Connection connection, int app, Duration keep) throws SQLException {
    long now = clock.millis();
    List<Parked> expired =
        parked(
            connection,
            """
            SELECT a.app_id, a.team_id, a.account_id, l.directory_id, a.cause
            FROM app_member a
              JOIN lane l ON l.app_id = a.app_id AND l.kind = 'team'
                AND l.target_id = a.team_id
              LEFT JOIN dead_letter d ON d.app_id = a.app_id AND d.kind = 'team'
                AND d.target_id = a.team_id AND d.member_id = a.account_id
            WHERE a.app_id = ? AND a.state = 'parked' AND a.parked_at <= ? AND d.id IS NULL
            LIMIT ?
            """,
            app,
            now - keep.toMillis());
    if (expired.isEmpty()) {
      return 0;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO dead_letter (id, at, app_id, kind, target_id, member_id, name, action,
                reason, attempts, first_failed_at, first_cause, last_cause)
            VALUES (?, ?, ?, 'team', ?, ?, '', 'MEMBER_ADD', ?, 0, ?, ?, ?)
            """)) {
      for (Parked row : expired) {
        insert.setLong(1, ids.next());
        insert.setLong(2, now);
        insert.setInt(3, row.app);
        insert.setLong(4, row.team);
        insert.setLong(5, row.account);
        insert.setString(6, "waited " + keep.toDays() + " days for its account in the app");
        insert.setLong(7, now - keep.toMillis());
        insert.setLong(8, row.cause);
        insert.setLong(9, row.cause);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    return expired.size();
  }

  private static List<Parked> parked(Connection connection, String sql, int app, long before)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setInt(1, app);
      select.setLong(2, before);
      select.setInt(3, PAGE);
      List<Parked> rows = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          rows.add(
              new Parked(
                  found.getInt(1),
                  found.getLong(2),
                  found.getLong(3),
                  found.getLong(4),
                  found.getLong(5)));
        }
      }
      return rows;
    }
  }
}
