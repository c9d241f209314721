package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What people do with dead letters, each act noted in the change record. Thread-safe.
 *
 * <p>A replay takes the letter away and makes its lane due with a fresh count: attempts, the 28
 * days and the one revival by an edit begin anew. What fails again becomes a new letter.
 */
public final class DeadLetters {
  private static final int PAGE = 200;

  // Left to right on MariaDB: state last, everything else looks at its old value. A lane that is
  // being delivered, or waits for another, only hears that more is wanted.
  private static final String AGAIN =
      """
      UPDATE lane SET
          wanted_seq = wanted_seq + 1,
          wanted_at = CASE WHEN causes = 0 THEN ? ELSE wanted_at END,
          first_cause = CASE WHEN first_cause = 0 THEN ? ELSE first_cause END,
          last_cause = ?, causes = causes + 1, revived = FALSE,
          attempts = CASE WHEN state = 'leased' THEN attempts ELSE 0 END,
          first_failed_at = CASE WHEN state = 'leased' THEN first_failed_at ELSE NULL END,
          priority = CASE WHEN state = 'idle' OR priority > 1 THEN 1 ELSE priority END,
          due_at = CASE WHEN MOVED THEN ? ELSE due_at END,
          state = CASE WHEN MOVED THEN 'due' ELSE state END
      WHERE app_id = ? AND kind = ? AND target_id = ?
      """
          .replace("MOVED", LaneState.movedBy(LaneEvent.REPLAYED));
  private static final String MEMBER_AGAIN =
      """
      UPDATE app_member SET state = CASE WHEN held = TRUE THEN 'removing' ELSE 'due' END,
          attempts = 0, retry_at = NULL, parked_at = NULL, causes = causes + 1
      WHERE app_id = ? AND team_id = ? AND account_id = ? AND state = 'parked'
      """;

  // What a create that was interrupted may have left behind is kept: the next change asks for it.
  private static final String GIVEN_UP =
      """
      UPDATE lane SET applied_seq = wanted_seq, attempts = 0, first_failed_at = NULL, revived = FALSE,
          reason = '', first_cause = 0, last_cause = 0, causes = 0, claimed_first = 0,
          claimed_last = 0, claimed_causes = 0, due_at = NULL, state = 'idle'
      WHERE app_id = ? AND kind = ? AND target_id = ? AND MOVED
      """
          .replace("MOVED", LaneState.movedBy(LaneEvent.DISCARDED));

  private final Transactions transactions;
  private final Ids ids;
  private final Clock clock;
  private final SyncLog log;
  private final ActRecord record;

  public DeadLetters(Transactions transactions, Ids ids, Clock clock, SyncLog log) {
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
    this.log = log;
    this.record = new ActRecord(ids);
  }

  /**
   * @param letters how many were taken up
   * @param lastAt when the last of them is due, milliseconds since the epoch
   */
  public record Replayed(int letters, long lastAt) {}

  private record Letter(
      long id,
      int app,
      String kind,
      long target,
      long member,
      String name,
      String action,
      int attempts,
      long firstCause,
      long lastCause) {}

  private static final String SELECT =
      "SELECT id, app_id, kind, target_id, member_id, name, action, attempts, first_cause,"
          + " last_cause FROM dead_letter ";

  private static List<Letter> letters(PreparedStatement select) throws SQLException {
    List<Letter> letters = new ArrayList<>();
    try (ResultSet found = select.executeQuery()) {
      while (found.next()) {
        letters.add(
            new Letter(
                found.getLong(1),
                found.getInt(2),
                found.getString(3),
                found.getLong(4),
                found.getLong(5),
                found.getString(6),
                found.getString(7),
                found.getInt(8),
                found.getLong(9),
                found.getLong(10)));
      }
    }
    return letters;
  }

  private static @Nullable Letter one(Connection connection, long id) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE id = ?")) {
      select.setLong(1, id);
      List<Letter> found = letters(select);
      return found.isEmpty() ? null : found.getFirst();
    }
  }

  /** Tries one again at once; false when it is not there any more. */
  public boolean replay(long id, String by) {
    return transactions.run(
        connection -> {
          Letter letter = one(connection, id);
          if (letter == null) {
            return false;
          }
          long now = clock.millis();
          long cause =
              record.append(
                  connection,
                  now,
                  "DeadLetter",
                  id,
                  "REPLAY",
                  by,
                  letter.kind + " " + letter.target);
          again(connection, List.of(letter), cause, now, 0, 0);
          return true;
        });
  }

  /**
   * Tries all of an app again, page by page, so that their number does not matter. The times at
   * which they are due are stored: nothing is held in memory.
   *
   * @param kind null for all
   * @param perSecond lanes made due per second; 0: all at once
   */
  public Replayed replayAll(int app, @Nullable LaneKind kind, int perSecond, String by) {
    long before = ids.next();
    long start = clock.millis();
    int letters = 0;
    int lanes = 0;
    long after = 0;
    while (true) {
      long from = after;
      int ahead = lanes;
      Page page =
          transactions.run(
              connection -> page(connection, app, kind, from, before, start, ahead, perSecond, by));
      letters += page.letters;
      lanes += page.lanes;
      after = page.last;
      if (page.letters < PAGE) {
        return new Replayed(letters, dueAt(start, Math.max(0, lanes - 1), perSecond));
      }
    }
  }

  private record Page(int letters, int lanes, long last) {}

  private Page page(
      Connection connection,
      int app,
      @Nullable LaneKind kind,
      long after,
      long before,
      long start,
      int ahead,
      int perSecond,
      String by)
      throws SQLException {
    List<Letter> page;
    try (PreparedStatement select =
        connection.prepareStatement(
            SELECT
                + "WHERE app_id = ? AND id > ? AND id < ?"
                + (kind == null ? "" : " AND kind = ?")
                + " ORDER BY id LIMIT "
                + PAGE)) {
      select.setInt(1, app);
      select.setLong(2, after);
      select.setLong(3, before);
      if (kind != null) {
        select.setString(4, kind.word());
      }
      page = letters(select);
    }
    if (page.isEmpty()) {
      return new Page(0, 0, after);
    }
    String what =
        page.size()
            + " dead letters"
            + (kind == null ? "" : " of kind " + kind.word())
            + (perSecond == 0 ? "" : ", " + perSecond + " per second");
    long cause = record.append(connection, clock.millis(), "App", app, "REPLAY", by, what);
    int lanes = again(connection, page, cause, start, ahead, perSecond);
    return new Page(page.size(), lanes, page.getLast().id);
  }

  private static long dueAt(long start, int lane, int perSecond) {
    return perSecond == 0 ? start : start + lane * 1_000L / perSecond;
  }

  private record Target(String kind, long target) {
    static final Comparator<Target> ORDER =
        Comparator.comparing(Target::kind).thenComparingLong(Target::target);
  }

  /** How many lanes were made due. Lanes first, by key, as everybody locks them. */
  private static int again(
      Connection connection, List<Letter> letters, long cause, long start, int ahead, int perSecond)
      throws SQLException {
    int app = letters.getFirst().app;
    Set<Target> distinct = new LinkedHashSet<>();
    letters.forEach(letter -> distinct.add(new Target(letter.kind, letter.target)));
    List<Target> inOrder = new ArrayList<>(distinct);
    try (PreparedStatement again = connection.prepareStatement(AGAIN)) {
      for (Target target : distinct.stream().sorted(Target.ORDER).toList()) {
        again.setLong(1, start);
        again.setLong(2, cause);
        again.setLong(3, cause);
        again.setLong(4, dueAt(start, ahead + inOrder.indexOf(target), perSecond));
        again.setInt(5, app);
        again.setString(6, target.kind);
        again.setLong(7, target.target);
        again.addBatch();
      }
      again.executeBatch();
    }
    try (PreparedStatement member = connection.prepareStatement(MEMBER_AGAIN);
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM dead_letter WHERE id = ?")) {
      for (Letter letter : letters) {
        if (letter.member != 0) {
          member.setInt(1, app);
          member.setLong(2, letter.target);
          member.setLong(3, letter.member);
          member.addBatch();
        }
        delete.setLong(1, letter.id);
        delete.addBatch();
      }
      if (letters.stream().anyMatch(letter -> letter.member != 0)) {
        member.executeBatch();
      }
      delete.executeBatch();
    }
    return distinct.size();
  }

  /**
   * Gives one up: the app stays as it is until the next change of that user or group. False when it
   * is not there any more.
   *
   * @param reason why, for the sync log and the change record
   */
  public boolean discard(long id, String reason, String by) {
    return transactions.run(
        connection -> {
          Letter letter = one(connection, id);
          if (letter == null) {
            return false;
          }
          long now = clock.millis();
          try (PreparedStatement idle = connection.prepareStatement(GIVEN_UP)) {
            idle.setInt(1, letter.app);
            idle.setString(2, letter.kind);
            idle.setLong(3, letter.target);
            if (letter.member == 0) {
              idle.executeUpdate();
            }
          }
          if (letter.member != 0) {
            leaveMember(connection, letter);
          }
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM dead_letter WHERE id = ?")) {
            delete.setLong(1, id);
            delete.executeUpdate();
          }
          record.append(connection, now, "DeadLetter", id, "DISCARD", by, reason);
          log.append(connection, List.of(line(connection, letter, now, by, reason)));
          return true;
        });
  }

  /** What may be in the app stays noted; what never got there is wanted no more. */
  private static void leaveMember(Connection connection, Letter letter) throws SQLException {
    String row = " WHERE app_id = ? AND team_id = ? AND account_id = ? AND state = 'parked'";
    try (PreparedStatement settle =
            connection.prepareStatement(
                "UPDATE app_member SET state = 'applied', attempts = 0, retry_at = NULL,"
                    + " parked_at = NULL, reason = ''"
                    + row
                    + " AND (held = TRUE OR seen IS NOT NULL)");
        PreparedStatement drop = connection.prepareStatement("DELETE FROM app_member" + row)) {
      for (PreparedStatement statement : List.of(settle, drop)) {
        statement.setInt(1, letter.app);
        statement.setLong(2, letter.target);
        statement.setLong(3, letter.member);
        statement.executeUpdate();
      }
    }
  }

  private static SyncLine line(
      Connection connection, Letter letter, long now, String by, String reason)
      throws SQLException {
    long directory = 0;
    String team = letter.name;
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT l.directory_id, k.applied FROM lane l
              LEFT JOIN link k ON k.app_id = l.app_id AND k.kind = l.kind AND k.resource_id = l.target_id
            WHERE l.app_id = ? AND l.kind = ? AND l.target_id = ?
            """)) {
      select.setInt(1, letter.app);
      select.setString(2, letter.kind);
      select.setLong(3, letter.target);
      try (ResultSet found = select.executeQuery()) {
        if (found.next()) {
          directory = found.getLong(1);
          String applied = found.getString(2);
          team = letter.member == 0 || applied == null ? team : applied;
        }
      }
    }
    return new SyncLine(
        now,
        "out",
        directory,
        letter.app,
        SyncLine.Action.valueOf(letter.action),
        letter.kind.equals(LaneKind.TEAM.word()) ? "Group" : "User",
        letter.target,
        team,
        letter.member,
        "",
        SyncLine.Outcome.SKIPPED,
        "discarded by " + by + ": " + reason,
        letter.firstCause,
        letter.lastCause,
        1,
        letter.attempts,
        "",
        0,
        0,
        "");
  }
}
