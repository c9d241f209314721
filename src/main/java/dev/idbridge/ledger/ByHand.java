package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Lanes that a person makes due: before all others, and whatever back-off or dead letter they have.
 * Thread-safe.
 */
public final class ByHand {
  private final Transactions transactions;
  private final LaneTriggers lanes;
  private final ActRecord record;
  private final Clock clock;

  public ByHand(Transactions transactions, LaneTriggers lanes, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.lanes = lanes;
    this.record = new ActRecord(ids);
    this.clock = clock;
  }

  /**
   * A lane that was asked for.
   *
   * @param cause id of the change record
   * @param wanted the {@code wanted_seq} that a delivery must reach
   */
  public record Asked(LaneKind kind, long target, long cause, long wanted) {}

  /**
   * Where an asked lane stands.
   *
   * @param claimed whether a delivery has taken up what was asked
   * @param applied whether it is done
   * @param node who holds it, -1 for nobody
   */
  public record Stand(LaneState state, boolean claimed, boolean applied, String reason, int node) {}

  /** One of a user's memberships in an app. */
  public record Membership(long team, String state, boolean held, String reason) {}

  /** The account of a user; noted in the change record. */
  public Asked account(int app, long user, long directory, String by) {
    return transactions.run(
        connection -> {
          long now = clock.millis();
          long cause = record.append(connection, now, "App", app, "PROVISION", by, "user " + user);
          return ask(connection, app, LaneKind.ACCOUNT, user, directory, cause, now);
        });
  }

  /** A team, in which the user is looked at anew. */
  public Asked team(int app, long team, long user, long directory, long cause) {
    return transactions.run(
        connection -> {
          Asked asked = ask(connection, app, LaneKind.TEAM, team, directory, cause, clock.millis());
          try (PreparedStatement mark = MemberRows.markStatement(connection)) {
            MemberRows.bindMark(mark, app, team, user, cause, Priority.LEAVER);
            mark.executeBatch();
          }
          return asked;
        });
  }

  private Asked ask(
      Connection connection,
      int app,
      LaneKind kind,
      long target,
      long directory,
      long cause,
      long now)
      throws SQLException {
    lanes.makeDue(
        connection,
        List.of(new Trigger(app, kind, target, directory, cause, now, Priority.LEAVER)));
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT wanted_seq FROM lane WHERE app_id = ? AND kind = ? AND target_id = ?")) {
      select.setInt(1, app);
      select.setString(2, kind.word());
      select.setLong(3, target);
      try (ResultSet found = select.executeQuery()) {
        found.next();
        return new Asked(kind, target, cause, found.getLong(1));
      }
    }
  }

  public Stand stand(int app, Asked asked) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT state, claimed_seq, applied_seq, reason, lease_node FROM lane"
                      + " WHERE app_id = ? AND kind = ? AND target_id = ?")) {
            select.setInt(1, app);
            select.setString(2, asked.kind.word());
            select.setLong(3, asked.target);
            try (ResultSet found = select.executeQuery()) {
              if (!found.next()) {
                return new Stand(LaneState.IDLE, true, true, "", -1);
              }
              int node = found.getInt(5);
              return new Stand(
                  LaneState.of(found.getString(1)),
                  found.getLong(2) >= asked.wanted,
                  found.getLong(3) >= asked.wanted,
                  found.getString(4),
                  found.wasNull() ? -1 : node);
            }
          }
        });
  }

  /** Teams the user is, or should be, in; at most so many. */
  public List<Long> teams(int app, long user, int most) {
    return transactions.run(connection -> MemberRows.teamsOf(connection, app, user, 0, most));
  }

  /** The user's memberships as they are noted; at most so many. */
  public List<Membership> memberships(int app, long user, int most) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT team_id, state, held, reason FROM app_member"
                      + " WHERE app_id = ? AND account_id = ? ORDER BY team_id LIMIT ?")) {
            select.setInt(1, app);
            select.setLong(2, user);
            select.setInt(3, most);
            List<Membership> rows = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                rows.add(
                    new Membership(
                        found.getLong(1),
                        found.getString(2),
                        found.getBoolean(3),
                        found.getString(4)));
              }
            }
            return rows;
          }
        });
  }
}
