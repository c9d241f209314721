package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Seen;
import dev.idbridge.ledger.LaneEnd.Again;
import dev.idbridge.ledger.LaneEnd.Backoff;
import dev.idbridge.ledger.LaneEnd.Dead;
import dev.idbridge.ledger.LaneEnd.Done;
import dev.idbridge.ledger.LaneEnd.Later;
import dev.idbridge.ledger.LaneEnd.Verify;
import dev.idbridge.ledger.LaneEnd.Waiting;
import dev.idbridge.ledger.LaneEnd.Yield;
import dev.idbridge.store.IdList;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How lanes leave their deliveries, and the intents of those that go on: lanes that end alike end
 * in one statement. Every statement names the lease token: a lane whose lease is gone is not
 * touched, and is told.
 */
final class LaneEndings {
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
          intent_seen = CASE WHEN ? = 1 OR doubt_seq > claimed_seq THEN intent_seen ELSE NULL END,
          revived = CASE WHEN ? = 1 THEN FALSE ELSE revived END,
          claimed_first = CASE WHEN ? = 1 THEN 0 ELSE claimed_first END,
          claimed_last = CASE WHEN ? = 1 THEN 0 ELSE claimed_last END,
          claimed_causes = CASE WHEN ? = 1 THEN 0 ELSE claimed_causes END,
          looks = ?, waits_for_kind = ?, waits_for_id = ?, lease_token = NULL, lease_node = NULL
      WHERE app_id = ? AND kind = ? AND lease_token = ? AND target_id IN (MARKS)
      """;

  private final Leases leases;
  private final MemberRows members;

  LaneEndings(Leases leases, MemberRows members) {
    this.leases = leases;
    this.members = members;
  }

  /** What one statement can end together. */
  private record Ending(
      int app,
      LaneKind kind,
      long token,
      LaneState state,
      @Nullable Long due,
      boolean success,
      boolean settled,
      int look,
      boolean dueOnChange,
      boolean keepIntent,
      boolean inDoubt,
      int attempts,
      @Nullable Long firstFailed,
      String reason,
      String basis,
      @Nullable String waitsFor,
      @Nullable Long waitsForId) {}

  private record Intent(int app, LaneKind kind, long token, @Nullable Seen seen) {}

  /**
   * @param sorted by lane key
   * @throws LaneLost when one of the leases is gone
   */
  void write(Connection connection, List<Booking> sorted) throws SQLException {
    Map<Ending, List<Booking>> endings = new LinkedHashMap<>();
    Map<Intent, List<Booking>> intents = new LinkedHashMap<>();
    List<Booking> others = new ArrayList<>();
    long now = 0;
    for (Booking booking : sorted) {
      now = Math.max(now, booking.at);
      Lane lane = booking.lane;
      LaneEnd how = booking.end;
      if (how != null) {
        endings
            .computeIfAbsent(ending(connection, booking, how), same -> new ArrayList<>())
            .add(booking);
      } else if (booking.intent || booking.newLink || booking.unlink) {
        Seen seen = booking.intent ? booking.intentSeen : null;
        intents
            .computeIfAbsent(
                new Intent(lane.app(), lane.kind(), lane.leaseToken(), seen),
                same -> new ArrayList<>())
            .add(booking);
      } else {
        others.add(booking);
      }
    }
    leases.confirm(connection, others);
    for (Map.Entry<Ending, List<Booking>> ending : endings.entrySet()) {
      end(connection, ending.getKey(), ending.getValue(), now);
    }
    for (Map.Entry<Intent, List<Booking>> intent : intents.entrySet()) {
      intend(connection, intent.getKey(), intent.getValue());
    }
  }

  private Ending ending(Connection connection, Booking booking, LaneEnd how) throws SQLException {
    Lane lane = booking.lane;
    LaneState state = LaneState.IDLE;
    Long due = null;
    boolean success = false;
    boolean settled = false;
    int look = 0;
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
        settled = true;
        attempts = 0;
        firstFailed = null;
        due = earliestRetry(connection, booking);
      }
      case Verify verify -> {
        success = true;
        state = LaneState.VERIFYING;
        due = verify.at();
        look = verify.look();
        attempts = 0;
        firstFailed = null;
      }
      case Again again -> {
        // The causes stay: what is still to come is theirs.
        success = true;
        Long retry = earliestRetry(connection, booking);
        due = retry == null ? again.at() : Math.min(retry, again.at());
        attempts = 0;
        firstFailed = null;
        reason = again.reason();
      }
      case Yield yield -> {
        state = LaneState.DUE;
        due = booking.at;
        inDoubt = lane.inDoubt();
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
        // What failed of its members is tried again all the same.
        state = LaneState.WAITING;
        due = earliestRetry(connection, booking);
        reason = waiting.reason();
        // Who doubts the team that is waited for passes its own doubt on to it.
        inDoubt = lane.inDoubt() && !booking.doubtedTeams.contains(waiting.forTarget());
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
    return new Ending(
        lane.app(),
        lane.kind(),
        lane.leaseToken(),
        state,
        due,
        success,
        settled,
        look,
        dueOnChange,
        keepIntent,
        inDoubt,
        attempts,
        firstFailed,
        SyncLog.bounded(reason, 1024),
        how.basis(),
        waitsFor,
        waitsForId);
  }

  /** When a single member or role of the target wants another attempt; null for none. */
  private @Nullable Long earliestRetry(Connection connection, Booking booking) throws SQLException {
    return booking.lane.kind() == LaneKind.GRANTS
        ? GrantRows.earliestRetry(connection, booking)
        : members.earliestRetry(connection, booking);
  }

  private static void end(Connection connection, Ending how, List<Booking> bookings, long now)
      throws SQLException {
    try (PreparedStatement end =
        connection.prepareStatement(END.replace("MARKS", IdList.marks(bookings.size())))) {
      int i = 0;
      end.setInt(++i, how.dueOnChange ? 1 : 0);
      end.setLong(++i, now);
      setLong(end, ++i, how.due);
      end.setInt(++i, how.dueOnChange ? 1 : 0);
      end.setString(++i, how.state.word());
      end.setInt(++i, how.success ? 1 : 0);
      end.setInt(++i, how.success ? 1 : 0);
      end.setInt(++i, how.attempts);
      setLong(end, ++i, how.firstFailed);
      end.setString(++i, how.reason);
      end.setString(++i, how.basis);
      end.setBoolean(++i, how.inDoubt);
      end.setInt(++i, how.keepIntent ? 1 : 0);
      end.setInt(++i, how.success ? 1 : 0);
      // The causes stay with what is still to be looked at.
      for (int same = 0; same < 3; same++) {
        end.setInt(++i, how.settled ? 1 : 0);
      }
      end.setInt(++i, how.look);
      end.setString(++i, how.waitsFor);
      setLong(end, ++i, how.waitsForId);
      end.setInt(++i, how.app);
      end.setString(++i, how.kind.word());
      end.setLong(++i, how.token);
      IdList.bind(end, ++i, targets(bookings));
      check(bookings, end.executeUpdate());
    }
  }

  private static List<Long> targets(List<Booking> bookings) {
    return bookings.stream().map(booking -> booking.lane.target()).toList();
  }

  /** Of several, which one is told when they are booked one by one. */
  private static void check(List<Booking> bookings, int count) {
    if (count != bookings.size()) {
      throw new LaneLost(bookings.getFirst().lane);
    }
  }

  static void setLong(PreparedStatement statement, int index, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, java.sql.Types.BIGINT);
    } else {
      statement.setLong(index, value);
    }
  }

  /** Each intent has a name of its own: chosen by the row's target inside one statement. */
  private static void intend(Connection connection, Intent what, List<Booking> bookings)
      throws SQLException {
    boolean named = what.seen != null;
    int marks = IdList.padded(bookings.size());
    String names =
        named
            ? ", intent_name = CASE target_id"
                + " WHEN ? THEN ?".repeat(marks)
                + " ELSE intent_name END"
            : "";
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE lane SET intent_seen = ?"
                + names
                + " WHERE app_id = ? AND kind = ? AND lease_token = ? AND target_id IN ("
                + IdList.marks(bookings.size())
                + ")")) {
      int i = 0;
      update.setString(++i, what.seen == null ? null : what.seen.name());
      for (int n = 0; named && n < marks; n++) {
        Booking booking = bookings.get(Math.min(n, bookings.size() - 1));
        update.setLong(++i, booking.lane.target());
        update.setString(++i, booking.intentName);
      }
      update.setInt(++i, what.app);
      update.setString(++i, what.kind.word());
      update.setLong(++i, what.token);
      IdList.bind(update, ++i, targets(bookings));
      check(bookings, update.executeUpdate());
    }
  }
}
