package dev.idbridge.ledger;

import dev.idbridge.ledger.LaneEnd.Dead;
import dev.idbridge.ledger.LaneEnd.Done;
import dev.idbridge.model.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Writes bookings: many in one transaction, statement by statement over all of them. Thread-safe.
 *
 * <p>Order of locks: accounts that are parked for, then own lanes, both by key; then links, rows,
 * and last the lanes that are woken. Nothing here touches the directory's tables but to read them.
 */
final class Bookings {
  private static final Comparator<Lane> BY_KEY =
      Comparator.comparingInt(Lane::app)
          .thenComparing(lane -> lane.kind().word())
          .thenComparingLong(Lane::target);

  private final Ids ids;
  private final SyncLog log;
  private final LaneEndings endings;
  private final LinkRows links = new LinkRows();
  private final MemberRows members;
  private final LaneTriggers lanes;
  private final Departures departures;

  Bookings(Ids ids, SyncLog log, LaneTriggers lanes, Sweeps sweeps) {
    this.ids = ids;
    this.log = log;
    this.lanes = lanes;
    this.departures = new Departures(ids);
    this.members = new MemberRows(lanes, sweeps);
    this.endings = new LaneEndings(new Leases(), members);
  }

  /**
   * @throws LaneLost when one of the leases is gone: with several bookings, do them one by one
   * @throws LinkTaken when another live resource holds the link
   */
  void book(Connection connection, List<Booking> all) throws SQLException {
    List<Booking> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing((Booking b) -> b.lane, BY_KEY));
    members.lockAccountsParkedFor(connection, sorted);
    TeamWaits.recheck(connection, sorted);
    endings.write(connection, sorted);
    // What is forgotten is what the old thing held; what comes with a new link stays.
    for (Booking booking : sorted) {
      if (booking.unlink && booking.lane.kind() == LaneKind.TEAM) {
        TeamExpansion.forget(connection, booking.lane);
      }
      if (booking.unlink && lanes.granting(booking.lane.app())) {
        GrantRows.forget(connection, booking.lane);
      }
    }
    members.forget(connection, sorted);
    links.write(connection, sorted);
    members.write(connection, sorted);
    GrantRows.write(connection, sorted);
    MemberLooks.write(connection, sorted);
    GrantLooks.write(connection, sorted);
    departures.write(connection, sorted);
    letters(connection, sorted);
    List<Trigger> woken = new ArrayList<>();
    List<SyncLine> lines = new ArrayList<>();
    members.wakeTeams(
        connection, sorted.stream().filter(b -> b.wakeTeams || b.leaveTeams).toList(), woken);
    for (Booking booking : sorted) {
      members.doubtAndWake(connection, booking, woken);
      wakeWhoWaitsForGrants(connection, booking);
      TeamWaits.wakeRoleless(connection, booking);
      if (wakesGrants(booking)) {
        woken.add(grants(booking));
      }
      LastHolders.wake(connection, booking, woken);
      TeamWaits.doubt(connection, booking, woken);
      woken.addAll(booking.triggers);
      lines.addAll(booking.lines);
    }
    log.append(connection, lines);
    TeamWaits.wake(connection, sorted);
    Waiters.wakeReturned(connection, sorted);
    Waiters.recheck(connection, sorted);
    lanes.makeDue(connection, woken);
  }

  /**
   * Whether the roles of an account or team are to be looked at: it appeared, changed, or its user
   * did. Not before its account was looked at: roles are revoked after it was disabled.
   */
  private boolean wakesGrants(Booking booking) {
    Lane lane = booking.lane;
    if (lane.kind() == LaneKind.GRANTS || !lanes.granting(lane.app())) {
      return false;
    }
    boolean settled =
        switch (booking.end) {
          case Done done -> lane.causes() > 0;
          case LaneEnd.Verify verify -> lane.causes() > 0;
          case LaneEnd.Again again -> lane.causes() > 0;
          case Dead dead -> true;
          case LaneEnd.Backoff backoff -> lane.attempts() == 0;
          case null, default -> false;
        };
    return booking.wakeTeams
        || booking.leaveTeams
        || booking.newLink
        || booking.unlink
        || (settled && lane.kind() == LaneKind.ACCOUNT);
  }

  /** A deletion, or what follows a departure, waited until the roles were gone. */
  private static void wakeWhoWaitsForGrants(Connection connection, Booking booking)
      throws SQLException {
    boolean lost =
        !booking.grantsGone.isEmpty()
            || booking.grants.stream()
                .anyMatch(row -> !row.held() || row.state() == GrantRow.State.KEPT);
    if (booking.grantsOf == LaneKind.ACCOUNT && lost) {
      Waiters.wake(connection, booking.lane.app(), List.of(booking.lane.target()), booking.at);
    }
  }

  private static Trigger grants(Booking booking) {
    Lane lane = booking.lane;
    return new Trigger(
        lane.app(),
        LaneKind.GRANTS,
        lane.target(),
        lane.directory(),
        lane.lastCause(),
        booking.at,
        lane.priority() == Priority.LEAVER ? Priority.LEAVER : booking.wakePriority);
  }

  /** Writes dead letters and takes away those of what is right again. */
  private void letters(Connection connection, List<Booking> sorted) throws SQLException {
    for (Booking booking : sorted) {
      Lane lane = booking.lane;
      if (booking.end instanceof Dead dead) {
        boolean again = removeLetter(connection, lane, 0);
        addLetter(
            connection, booking, 0, dead.name(), dead.action(), dead.reason(), lane.attempts() + 1);
        if (again && !dead.unasked()) {
          // It died before and an edit revived it: from now on only a person does.
          try (PreparedStatement mark =
              connection.prepareStatement(
                  "UPDATE lane SET revived = TRUE"
                      + " WHERE app_id = ? AND kind = ? AND target_id = ?")) {
            mark.setInt(1, lane.app());
            mark.setString(2, lane.kind().word());
            mark.setLong(3, lane.target());
            mark.executeUpdate();
          }
        }
      } else if ((booking.end instanceof Done
              || booking.end instanceof LaneEnd.Verify
              || booking.end instanceof LaneEnd.Again)
          && lane.attempts() > 0) {
        removeLetter(connection, lane, 0);
      }
      TreeMap<Long, Booking.MemberLetter> fresh = new TreeMap<>();
      booking.memberLetters.forEach(letter -> fresh.put(letter.account(), letter));
      for (Booking.MemberLetter letter : fresh.values()) {
        removeLetter(connection, lane, letter.account());
        addLetter(
            connection,
            booking,
            letter.account(),
            letter.name(),
            letter.action(),
            letter.reason(),
            letter.attempts());
      }
      for (long account : booking.memberLettersSettled) {
        removeLetter(connection, lane, account);
      }
    }
  }

  private static boolean removeLetter(Connection connection, Lane lane, long member)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM dead_letter"
                + " WHERE app_id = ? AND kind = ? AND target_id = ? AND member_id = ?")) {
      delete.setInt(1, lane.app());
      delete.setString(2, lane.kind().word());
      delete.setLong(3, lane.target());
      delete.setLong(4, member);
      return delete.executeUpdate() > 0;
    }
  }

  private void addLetter(
      Connection connection,
      Booking booking,
      long member,
      String name,
      String action,
      String reason,
      int attempts)
      throws SQLException {
    Lane lane = booking.lane;
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO dead_letter (id, at, app_id, kind, target_id, member_id, name, action, reason,
                attempts, first_failed_at, first_cause, last_cause)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      insert.setLong(1, ids.next());
      insert.setLong(2, booking.at);
      insert.setInt(3, lane.app());
      insert.setString(4, lane.kind().word());
      insert.setLong(5, lane.target());
      insert.setLong(6, member);
      insert.setString(7, SyncLog.bounded(name, 256));
      insert.setString(8, action);
      insert.setString(9, SyncLog.bounded(reason, 1024));
      insert.setInt(10, attempts);
      insert.setLong(11, lane.firstFailedAt() == 0 ? booking.at : lane.firstFailedAt());
      insert.setLong(12, lane.firstCause());
      insert.setLong(13, lane.lastCause());
      insert.executeUpdate();
    }
  }
}
