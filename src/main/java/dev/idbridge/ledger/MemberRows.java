package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.store.IdList;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The member rows of all teams, inside a transaction of the caller. Thread-safe.
 *
 * <p>Only the holder of a team's lane settles rows; anybody may mark one to be looked at again,
 * which raises its {@code causes}. Settling names the {@code causes} it read, so that a mark set
 * meanwhile is never lost.
 */
final class MemberRows {
  private final LaneTriggers lanes;
  private final Sweeps sweeps;

  MemberRows(LaneTriggers lanes, Sweeps sweeps) {
    this.lanes = lanes;
    this.sweeps = sweeps;
  }

  /**
   * Parking and linking serialise on the account's lane: locked here, first of all locks, together
   * with a second look at the link.
   */
  void lockAccountsParkedFor(Connection connection, List<Booking> sorted) throws SQLException {
    TreeSet<LaneKey> accounts = new TreeSet<>(LaneKey.ORDER);
    for (Booking booking : sorted) {
      for (MemberRow row : booking.members) {
        if (waitsForAccount(row)) {
          accounts.add(new LaneKey(booking.lane.app(), row.account()));
        }
      }
    }
    if (accounts.isEmpty()) {
      return;
    }
    Set<LaneKey> linked = new HashSet<>();
    try (PreparedStatement lock =
            connection.prepareStatement(
                "SELECT target_id FROM lane"
                    + " WHERE app_id = ? AND kind = 'account' AND target_id = ? FOR UPDATE");
        PreparedStatement look =
            connection.prepareStatement(
                "SELECT 1 FROM link"
                    + " WHERE app_id = ? AND kind = 'account' AND resource_id = ? AND active = TRUE")) {
      for (LaneKey account : accounts) {
        lock.setInt(1, account.app);
        lock.setLong(2, account.target);
        lock.executeQuery().close();
        look.setInt(1, account.app);
        look.setLong(2, account.target);
        try (ResultSet found = look.executeQuery()) {
          if (found.next()) {
            linked.add(account);
          }
        }
      }
    }
    for (Booking booking : sorted) {
      boolean again = false;
      for (int i = 0; i < booking.members.size(); i++) {
        MemberRow row = booking.members.get(i);
        if (waitsForAccount(row)
            && linked.contains(new LaneKey(booking.lane.app(), row.account()))) {
          booking.members.set(i, row.to(MemberRow.State.DUE));
          again = true;
        }
      }
      if (again) {
        booking.triggers.add(again(booking));
      }
    }
  }

  private static Trigger again(Booking booking) {
    Lane lane = booking.lane;
    return new Trigger(
        lane.app(),
        lane.kind(),
        lane.target(),
        lane.directory(),
        lane.lastCause(),
        booking.at,
        Priority.NORMAL);
  }

  private static boolean waitsForAccount(MemberRow row) {
    return row.state() == MemberRow.State.PARKED && row.retryAt() == 0 && row.attempts() == 0;
  }

  /** What the app holds first, whatever happened to the row since; then the settling. */
  void write(Connection connection, List<Booking> sorted) throws SQLException {
    try (PreparedStatement fact =
            connection.prepareStatement(
                """
                UPDATE app_member SET held = ?, origin = ?, seen = ?
                WHERE app_id = ? AND team_id = ? AND account_id = ?
                """);
        PreparedStatement settle =
            connection.prepareStatement(
                """
                UPDATE app_member SET state = ?, attempts = ?, retry_at = ?, reason = ?,
                    causes = CASE WHEN ? = 'applied' THEN 0 ELSE causes END,
                    parked_at = CASE WHEN ? = 'parked' THEN COALESCE(parked_at, ?) ELSE NULL END
                WHERE app_id = ? AND team_id = ? AND account_id = ? AND causes = ?
                """);
        PreparedStatement gone =
            connection.prepareStatement(
                """
                DELETE FROM app_member
                WHERE app_id = ? AND team_id = ? AND account_id = ? AND causes = ?
                """)) {
      boolean any = false;
      for (Booking booking : sorted) {
        Lane lane = booking.lane;
        List<MemberRow> rows = new ArrayList<>(booking.members);
        for (MemberRow row : booking.membersGone) {
          rows.add(
              new MemberRow(
                  row.account(),
                  row.state(),
                  false,
                  Origin.OURS,
                  null,
                  row.cause(),
                  row.causes(),
                  0,
                  0,
                  ""));
        }
        rows.sort(Comparator.comparingLong(MemberRow::account));
        for (MemberRow row : rows) {
          Seen seen = row.seen();
          fact.setBoolean(1, row.held());
          fact.setString(2, row.origin().name());
          fact.setString(3, seen == null ? null : seen.name());
          key(fact, 4, lane, row.account());
          fact.addBatch();
          any = true;
        }
        for (MemberRow row : booking.members) {
          settle.setString(1, row.state().word());
          settle.setInt(2, row.attempts());
          LaneEndings.setLong(settle, 3, row.retryAt() == 0 ? null : Long.valueOf(row.retryAt()));
          settle.setString(4, SyncLog.bounded(row.reason(), 512));
          settle.setString(5, row.state().word());
          settle.setString(6, row.state().word());
          settle.setLong(7, booking.at);
          key(settle, 8, lane, row.account());
          settle.setInt(11, row.causes());
          settle.addBatch();
        }
        for (MemberRow row : booking.membersGone) {
          key(gone, 1, lane, row.account());
          gone.setInt(4, row.causes());
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

  /** Accounts that are others than before are in no team yet. */
  void forget(Connection connection, List<Booking> sorted) throws SQLException {
    for (Booking booking : sorted) {
      if (booking.anew) {
        try (PreparedStatement forget =
            connection.prepareStatement(
                """
                UPDATE app_member SET held = FALSE, seen = NULL, origin = 'OURS', state = 'due',
                    causes = causes + 1, retry_at = NULL
                WHERE app_id = ? AND account_id = ? AND (held = TRUE OR seen IS NOT NULL)
                """)) {
          forget.setInt(1, booking.lane.app());
          forget.setLong(2, booking.lane.target());
          forget.executeUpdate();
        }
      }
    }
  }

  private static void key(PreparedStatement statement, int at, Lane lane, long account)
      throws SQLException {
    statement.setInt(at, lane.app());
    statement.setLong(at + 1, lane.target());
    statement.setLong(at + 2, account);
  }

  /** The accounts of these bookings appeared or changed: their teams look at them again. */
  void wakeTeams(Connection connection, List<Booking> bookings, List<Trigger> woken)
      throws SQLException {
    Map<Integer, Map<Long, Booking>> apps = new TreeMap<>();
    for (Booking booking : bookings) {
      apps.computeIfAbsent(booking.lane.app(), app -> new TreeMap<>())
          .put(booking.lane.target(), booking);
    }
    for (Map.Entry<Integer, Map<Long, Booking>> app : apps.entrySet()) {
      wakeTeams(connection, app.getKey(), app.getValue(), woken);
    }
  }

  private void wakeTeams(
      Connection connection, int app, Map<Long, Booking> accounts, List<Trigger> woken)
      throws SQLException {
    List<Long> comers =
        accounts.values().stream().filter(b -> b.wakeTeams).map(b -> b.lane.target()).toList();
    List<long[]> teams = teamsOfAll(connection, app, comers, accounts.keySet());
    if (teams.size() > LaneTriggers.MOST) {
      for (Booking booking : accounts.values()) {
        wakeTeams(connection, booking, woken);
      }
      return;
    }
    if (teams.isEmpty()) {
      return;
    }
    try (PreparedStatement mark = markStatement(connection)) {
      for (long[] row : teams) {
        Booking booking = Objects.requireNonNull(accounts.get(row[1]));
        Lane lane = booking.lane;
        bindMark(mark, app, row[0], row[1], lane.lastCause(), booking.wakePriority);
        woken.add(
            new Trigger(
                app,
                LaneKind.TEAM,
                row[0],
                lane.directory(),
                lane.lastCause(),
                booking.at,
                booking.wakePriority));
      }
      mark.executeBatch();
    }
  }

  /**
   * Pairs of team and account, in this order; one more than can be dealt with together.
   *
   * @param comers accounts that want the teams they belong to, not only those they are in
   */
  private static List<long[]> teamsOfAll(
      Connection connection, int app, Collection<Long> comers, Collection<Long> accounts)
      throws SQLException {
    String belongs =
        comers.isEmpty()
            ? ""
            : """
              SELECT s.team_id, m.member_id AS account_id FROM directory_member m
                JOIN team_source s ON s.group_id = m.group_id AND s.app_id = ?
                WHERE m.member_id IN (MARKS) AND m.present = TRUE
              UNION
              """
                .replace("MARKS", IdList.marks(comers.size()));
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT team_id, account_id FROM (
              BELONGS
              SELECT a.team_id, a.account_id FROM app_member a
                WHERE a.app_id = ? AND a.account_id IN (MARKS)
            ) t ORDER BY team_id, account_id LIMIT ?
            """
                .replace("BELONGS", belongs)
                .replace("MARKS", IdList.marks(accounts.size())))) {
      int next = 1;
      if (!comers.isEmpty()) {
        select.setInt(1, app);
        next = IdList.bind(select, 2, comers);
      }
      select.setInt(next, app);
      next = IdList.bind(select, next + 1, accounts);
      select.setInt(next, LaneTriggers.MOST + 1);
      List<long[]> teams = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          teams.add(new long[] {found.getLong(1), found.getLong(2)});
        }
      }
      return teams;
    }
  }

  private void wakeTeams(Connection connection, Booking booking, List<Trigger> woken)
      throws SQLException {
    Lane lane = booking.lane;
    List<Long> teams = teamsOf(connection, lane.app(), lane.target(), 0, LaneTriggers.MOST + 1);
    if (teams.size() > LaneTriggers.MOST) {
      sweeps.start(
          connection,
          lane.app(),
          Sweeps.Root.ACCOUNT_TEAMS,
          lane.target(),
          lane.directory(),
          lane.lastCause(),
          booking.wakePriority,
          booking.at);
      return;
    }
    wake(
        connection,
        lane.app(),
        lane.target(),
        lane.directory(),
        teams,
        lane.lastCause(),
        booking.wakePriority,
        booking.at,
        woken);
  }

  /** Accounts that were missed are asserted anew; accounts that waited for a removal go on. */
  void doubtAndWake(Connection connection, Booking booking, List<Trigger> woken)
      throws SQLException {
    Lane lane = booking.lane;
    if (!booking.doubted.isEmpty()) {
      try (PreparedStatement doubt =
          connection.prepareStatement(
              "UPDATE lane SET in_doubt = TRUE"
                  + " WHERE app_id = ? AND kind = 'account' AND target_id = ?")) {
        for (long account : booking.doubted.stream().sorted().toList()) {
          doubt.setInt(1, lane.app());
          doubt.setLong(2, account);
          doubt.addBatch();
          woken.add(
              new Trigger(
                  lane.app(),
                  LaneKind.ACCOUNT,
                  account,
                  lane.directory(),
                  lane.lastCause(),
                  booking.at,
                  Priority.NORMAL));
        }
        doubt.executeBatch();
      }
    }
    if (!booking.membersGone.isEmpty()) {
      List<Long> accounts = booking.membersGone.stream().map(MemberRow::account).sorted().toList();
      Waiters.wake(connection, lane.app(), accounts, booking.at);
    }
  }

  /** Teams the account is, or should be, in; those that were never expanded find out themselves. */
  static List<Long> teamsOf(Connection connection, int app, long account, long after, int most)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT team_id FROM (
              SELECT s.team_id FROM directory_member m
                JOIN team_source s ON s.group_id = m.group_id AND s.app_id = ?
                WHERE m.member_id = ? AND m.present = TRUE
              UNION
              SELECT a.team_id FROM app_member a WHERE a.app_id = ? AND a.account_id = ?
            ) t WHERE team_id > ? ORDER BY team_id LIMIT ?
            """)) {
      select.setInt(1, app);
      select.setLong(2, account);
      select.setInt(3, app);
      select.setLong(4, account);
      select.setLong(5, after);
      select.setInt(6, most);
      List<Long> teams = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          teams.add(found.getLong(1));
        }
      }
      return teams;
    }
  }

  void wake(
      Connection connection,
      int app,
      long account,
      long directory,
      List<Long> teams,
      long cause,
      Priority priority,
      long at,
      List<Trigger> woken)
      throws SQLException {
    try (PreparedStatement mark = markStatement(connection)) {
      for (long team : teams) {
        bindMark(mark, app, team, account, cause, priority);
        woken.add(new Trigger(app, LaneKind.TEAM, team, directory, cause, at, priority));
      }
      if (!teams.isEmpty()) {
        mark.executeBatch();
      }
    }
  }

  static PreparedStatement markStatement(Connection connection) throws SQLException {
    return connection.prepareStatement(
        """
        INSERT INTO app_member (app_id, team_id, account_id, state, held, origin, cause, causes,
            attempts, reason)
        VALUES (?, ?, ?, 'due', FALSE, 'OURS', ?, 1, 0, '')
        ON DUPLICATE KEY UPDATE
            state = CASE WHEN ? = 0 AND (held = TRUE OR seen IS NOT NULL) THEN 'removing'
                ELSE 'due' END,
            cause = VALUES(cause), causes = causes + 1, retry_at = NULL
        """);
  }

  /** To be looked at, in whichever state: what a leaver is in goes before what others come into. */
  static void bindMark(
      PreparedStatement mark, int app, long team, long account, long cause, Priority priority)
      throws SQLException {
    mark.setInt(1, app);
    mark.setLong(2, team);
    mark.setLong(3, account);
    mark.setLong(4, cause);
    mark.setInt(5, priority.level());
    mark.addBatch();
  }

  /** When the next parked member of this team wants another attempt; null for none. */
  @Nullable Long earliestRetry(Connection connection, Booking booking) throws SQLException {
    Lane lane = booking.lane;
    if (lane.kind() != LaneKind.TEAM) {
      return null;
    }
    Long stored = earliestRetry(connection, lane);
    long earliest = stored == null ? Long.MAX_VALUE : stored;
    for (MemberRow row : booking.members) {
      if (row.state() == MemberRow.State.PARKED && row.retryAt() != 0) {
        earliest = Math.min(earliest, row.retryAt());
      }
    }
    return earliest == Long.MAX_VALUE ? null : Long.valueOf(earliest);
  }

  /** The same of what is stored. */
  static @Nullable Long earliestRetry(Connection connection, Lane lane) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT MIN(retry_at) FROM app_member
            WHERE app_id = ? AND team_id = ? AND state = 'parked'
            """)) {
      select.setInt(1, lane.app());
      select.setLong(2, lane.target());
      try (ResultSet found = select.executeQuery()) {
        found.next();
        long at = found.getLong(1);
        return found.wasNull() ? null : Long.valueOf(at);
      }
    }
  }

  /** Of these teams, those in which the account is a member as far as we know. */
  static Set<Long> holding(Connection connection, int app, long account, Collection<Long> teams)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT team_id FROM app_member WHERE app_id = ? AND account_id = ? AND held = TRUE"
                + " AND team_id IN ("
                + IdList.marks(teams.size())
                + ")")) {
      select.setInt(1, app);
      select.setLong(2, account);
      IdList.bind(select, 3, teams);
      Set<Long> held = new HashSet<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          held.add(found.getLong(1));
        }
      }
      return held;
    }
  }

  LaneTriggers lanes() {
    return lanes;
  }

  private record LaneKey(int app, long target) {
    static final Comparator<LaneKey> ORDER =
        Comparator.comparingInt(LaneKey::app).thenComparingLong(LaneKey::target);
  }
}
