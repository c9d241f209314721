package dev.idbridge.ledger;

import dev.idbridge.ledger.LaneEnd.Backoff;
import dev.idbridge.ledger.LaneEnd.Dead;
import dev.idbridge.ledger.LaneEnd.Done;
import dev.idbridge.ledger.LaneEnd.Later;
import dev.idbridge.ledger.LaneEnd.Waiting;
import dev.idbridge.ledger.LaneEnd.Yield;
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
  // Left to right on MariaDB: columns that others look at (wanted_seq, claimed_seq) never change
  // here.
  private static final String END =
      """
      UPDATE lane SET
          due_at = CASE WHEN wanted_seq > claimed_seq AND (? = 1 OR priority = 0) THEN ? ELSE ? END,
          state = CASE WHEN wanted_seq > claimed_seq AND (? = 1 OR priority = 0) THEN 'due' ELSE ? END,
          priority = CASE WHEN wanted_seq > claimed_seq OR ? = 0 THEN priority ELSE 1 END,
          applied_seq = CASE WHEN ? = 1 THEN claimed_seq ELSE applied_seq END,
          attempts = ?, first_failed_at = ?, reason = ?, basis = ?,
          in_doubt = CASE WHEN doubt_seq > claimed_seq THEN TRUE ELSE ? END,
          intent_seen = CASE WHEN ? = 1 THEN intent_seen ELSE NULL END,
          revived = CASE WHEN ? = 1 THEN FALSE ELSE revived END,
          claimed_first = CASE WHEN ? = 1 THEN 0 ELSE claimed_first END,
          claimed_last = CASE WHEN ? = 1 THEN 0 ELSE claimed_last END,
          claimed_causes = CASE WHEN ? = 1 THEN 0 ELSE claimed_causes END,
          waits_for_kind = ?, waits_for_id = ?, lease_token = NULL, lease_node = NULL
      WHERE app_id = ? AND kind = ? AND target_id = ? AND lease_token = ?
      """;
  private static final String INTENT =
      """
      UPDATE lane SET intent_seen = ?, intent_name = ? WHERE app_id = ? AND kind = ? AND target_id = ?
          AND lease_token = ?
      """;
  private static final Comparator<Lane> BY_KEY =
      Comparator.comparingInt(Lane::app)
          .thenComparing(lane -> lane.kind().word())
          .thenComparingLong(Lane::target);

  private final Ids ids;
  private final SyncLog log;
  private final LinkRows links = new LinkRows();
  private final MemberRows members;
  private final LaneTriggers lanes;

  Bookings(Ids ids, SyncLog log, LaneTriggers lanes, Sweeps sweeps) {
    this.ids = ids;
    this.log = log;
    this.lanes = lanes;
    this.members = new MemberRows(lanes, sweeps);
  }

  /**
   * @throws LaneLost when one of the leases is gone: with several bookings, do them one by one
   * @throws LinkTaken when another live resource holds the link
   */
  void book(Connection connection, List<Booking> all) throws SQLException {
    List<Booking> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing((Booking b) -> b.lane, BY_KEY));
    members.lockAccountsParkedFor(connection, sorted);
    confirmLeases(connection, sorted);
    for (Booking booking : sorted) {
      if (booking.unlink) {
        links.remove(connection, booking.lane);
        if (booking.lane.kind() == LaneKind.TEAM) {
          TeamExpansion.forget(connection, booking.lane);
        }
      }
      if (booking.link != null) {
        links.put(connection, booking.link, booking.newLink, booking.lane.lastCause(), booking.at);
      }
    }
    members.write(connection, sorted);
    letters(connection, sorted);
    List<Trigger> woken = new ArrayList<>();
    List<SyncLine> lines = new ArrayList<>();
    for (Booking booking : sorted) {
      if (booking.wakeTeams) {
        members.wakeTeams(connection, booking, woken);
      }
      members.doubtAndWake(connection, booking, woken);
      woken.addAll(booking.triggers);
      lines.addAll(booking.lines);
    }
    log.append(connection, lines);
    lanes.makeDue(connection, woken);
  }

  /** Ends lanes and writes intents; both fail when the lease is gone. */
  private void confirmLeases(Connection connection, List<Booking> sorted) throws SQLException {
    try (PreparedStatement end = connection.prepareStatement(END);
        PreparedStatement intent = connection.prepareStatement(INTENT)) {
      List<Booking> ended = new ArrayList<>();
      List<Booking> going = new ArrayList<>();
      for (Booking booking : sorted) {
        if (booking.end != null) {
          bindEnd(connection, end, booking, booking.end);
          end.addBatch();
          ended.add(booking);
        } else {
          Lane lane = booking.lane;
          Object seen =
              booking.intent
                  ? booking.intentSeen
                  : booking.newLink || booking.unlink ? null : lane.intentSeen();
          intent.setString(1, seen == null ? null : seen.toString());
          intent.setString(2, booking.intent ? booking.intentName : lane.intentName());
          intent.setInt(3, lane.app());
          intent.setString(4, lane.kind().word());
          intent.setLong(5, lane.target());
          intent.setLong(6, lane.leaseToken());
          intent.addBatch();
          going.add(booking);
        }
      }
      check(ended, end);
      check(going, intent);
    }
  }

  private static void check(List<Booking> bookings, PreparedStatement statement)
      throws SQLException {
    if (bookings.isEmpty()) {
      return;
    }
    int[] counts = statement.executeBatch();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 1) {
        throw new LaneLost(bookings.get(i).lane);
      }
    }
  }

  private void bindEnd(Connection connection, PreparedStatement end, Booking booking, LaneEnd how)
      throws SQLException {
    Lane lane = booking.lane;
    LaneState state = LaneState.IDLE;
    Long due = null;
    boolean success = false;
    boolean dueOnChange = true;
    boolean keepIntent = false;
    boolean inDoubt = false;
    int attempts = lane.attempts();
    Long firstFailed = lane.firstFailedAt() == 0 ? null : lane.firstFailedAt();
    String reason = "";
    String waitsFor = null;
    Long waitsForId = null;
    switch (how) {
      case Done done -> {
        success = true;
        attempts = 0;
        firstFailed = null;
        Long again = members.earliestRetry(connection, booking);
        if (again != null) {
          state = LaneState.BACKOFF;
          due = again;
        }
      }
      case Yield yield -> {
        state = LaneState.DUE;
        due = booking.at;
      }
      case Backoff backoff -> {
        state = LaneState.BACKOFF;
        due = backoff.at();
        dueOnChange = false;
        attempts++;
        firstFailed = firstFailed == null ? Long.valueOf(booking.at) : firstFailed;
        reason = backoff.reason();
        inDoubt = backoff.inDoubt() || lane.inDoubt();
        keepIntent = backoff.keepIntent();
      }
      case Later later -> {
        state = lane.attempts() > 0 ? LaneState.BACKOFF : LaneState.DUE;
        due = later.at();
        dueOnChange = false;
        reason = later.reason();
        inDoubt = lane.inDoubt();
        keepIntent = later.keepIntent();
      }
      case Waiting waiting -> {
        state = LaneState.WAITING;
        reason = waiting.reason();
        inDoubt = lane.inDoubt();
        waitsFor = waiting.forKind().word();
        waitsForId = waiting.forTarget();
      }
      case Dead dead -> {
        state = LaneState.DEAD;
        attempts++;
        firstFailed = firstFailed == null ? Long.valueOf(booking.at) : firstFailed;
        reason = dead.reason();
        inDoubt = lane.inDoubt();
        keepIntent = true;
      }
    }
    int i = 0;
    end.setInt(++i, dueOnChange ? 1 : 0);
    end.setLong(++i, booking.at);
    setLong(end, ++i, due);
    end.setInt(++i, dueOnChange ? 1 : 0);
    end.setString(++i, state.word());
    end.setInt(++i, success ? 1 : 0);
    end.setInt(++i, success ? 1 : 0);
    end.setInt(++i, attempts);
    setLong(end, ++i, firstFailed);
    end.setString(++i, SyncLog.bounded(reason, 1024));
    end.setString(++i, how.basis());
    end.setBoolean(++i, inDoubt);
    end.setInt(++i, keepIntent ? 1 : 0);
    for (int same = 0; same < 4; same++) {
      end.setInt(++i, success ? 1 : 0);
    }
    end.setString(++i, waitsFor);
    setLong(end, ++i, waitsForId);
    end.setInt(++i, lane.app());
    end.setString(++i, lane.kind().word());
    end.setLong(++i, lane.target());
    end.setLong(++i, lane.leaseToken());
  }

  static void setLong(
      PreparedStatement statement, int index, @org.jspecify.annotations.Nullable Long value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, java.sql.Types.BIGINT);
    } else {
      statement.setLong(index, value);
    }
  }

  /** Writes dead letters and takes away those of what is right again. */
  private void letters(Connection connection, List<Booking> sorted) throws SQLException {
    for (Booking booking : sorted) {
      Lane lane = booking.lane;
      if (booking.end instanceof Dead dead) {
        boolean again = removeLetter(connection, lane, 0);
        addLetter(
            connection, booking, 0, dead.name(), dead.action(), dead.reason(), lane.attempts() + 1);
        if (again) {
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
      } else if (booking.end instanceof Done && lane.attempts() > 0) {
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
