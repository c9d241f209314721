package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import dev.idbridge.store.IdList;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Teams that people cut off from their groups: while a team's lane is {@code detached}, nobody
 * claims it, so that its members stay as they are; roles have lanes of their own. Thread-safe.
 */
public final class Detachments {
  private static final int PAGE = 500;

  private final Transactions transactions;
  private final ActRecord record;
  private final Clock clock;

  public Detachments(Transactions transactions, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.record = new ActRecord(ids);
    this.clock = clock;
  }

  /** What came of an act. */
  public enum Result {
    DONE,
    /** It was so already. */
    ALREADY,
    /** The app has no team for the group. */
    NO_TEAM
  }

  /**
   * Where a group's team stands in an app.
   *
   * @param team the lane's target
   * @param remoteId empty while it is not in the app
   * @param label how an operator recognises it in the app
   * @param state of its lane
   * @param named whether it is a team that rules name: other groups feed it, too
   */
  public record Place(
      int app,
      String appName,
      long team,
      String remoteId,
      String label,
      String state,
      String reason,
      boolean named) {}

  /** The group's teams, by app. */
  public List<Place> places(long group) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT a.id, a.name, l.target_id, k.remote_id, k.label, l.state, l.reason
                  FROM app a
                    JOIN lane l ON l.app_id = a.id AND l.kind = 'team'
                      AND l.target_id = COALESCE(
                        (SELECT MAX(s.team_id) FROM team_source s
                         WHERE s.group_id = ? AND s.app_id = a.id AND s.own = TRUE), ?)
                    LEFT JOIN link k ON k.app_id = a.id AND k.kind = 'team'
                      AND k.resource_id = l.target_id
                  ORDER BY a.name
                  """)) {
            select.setLong(1, group);
            select.setLong(2, group);
            List<Place> places = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                String remote = found.getString(4);
                String label = found.getString(5);
                places.add(
                    new Place(
                        found.getInt(1),
                        found.getString(2),
                        found.getLong(3),
                        remote == null ? "" : remote,
                        label == null ? "" : label,
                        found.getString(6),
                        found.getString(7),
                        found.getLong(3) != group));
              }
            }
            return places;
          }
        });
  }

  /** Freezes the membership; a delivery under way can book nothing any more. */
  public Result detach(int app, long team, long group, String by) {
    return transactions.run(
        connection -> {
          String state = state(connection, app, team);
          if (state.isEmpty() || !linked(connection, app, team)) {
            return Result.NO_TEAM;
          }
          if (state.equals(LaneState.DETACHED.word())) {
            return Result.ALREADY;
          }
          try (PreparedStatement freeze =
              connection.prepareStatement(
                  "UPDATE lane SET state = 'detached', due_at = NULL, lease_token = NULL,"
                      + " lease_node = NULL, waits_for_kind = NULL, waits_for_id = NULL,"
                      + " reason = ? WHERE app_id = ? AND kind = 'team' AND target_id = ?")) {
            freeze.setString(1, SyncLog.bounded("detached by " + by, 1024));
            freeze.setInt(2, app);
            freeze.setLong(3, team);
            freeze.executeUpdate();
          }
          // What left a group may be forgotten meanwhile: nothing waits for this team to read it.
          cursor(connection, app, team, Long.MAX_VALUE);
          record.append(connection, clock.millis(), "Group", group, "DETACH", by, "in app " + app);
          return Result.DONE;
        });
  }

  /** Follows the groups again: what should be is compared with what is noted, and asserted. */
  public Result attach(int app, long team, long group, String by) {
    long beyond = 0;
    for (List<Long> page = strays(app, team, 0); !page.isEmpty(); ) {
      beyond = page.getLast();
      page = strays(app, team, beyond);
    }
    return transactions.run(
        connection -> {
          String state = state(connection, app, team);
          if (state.isEmpty()) {
            return Result.NO_TEAM;
          }
          if (!state.equals(LaneState.DETACHED.word())) {
            return Result.ALREADY;
          }
          cursor(connection, app, team, -1);
          long now = clock.millis();
          long cause =
              record.append(connection, now, "Group", group, "ATTACH", by, "in app " + app);
          try (PreparedStatement due =
              connection.prepareStatement(
                  """
                  UPDATE lane SET state = 'due', due_at = ?, wanted_at = ?, in_doubt = TRUE,
                      wanted_seq = wanted_seq + 1, last_cause = ?, causes = causes + 1,
                      reason = '', attempts = 0, first_failed_at = NULL
                  WHERE app_id = ? AND kind = 'team' AND target_id = ?
                  """)) {
            due.setLong(1, now);
            due.setLong(2, now);
            due.setLong(3, cause);
            due.setInt(4, app);
            due.setLong(5, team);
            due.executeUpdate();
          }
          return Result.DONE;
        });
  }

  /** Members of ours whom no group that feeds the team names any more are to be looked at. */
  private List<Long> strays(int app, long team, long beyond) {
    return transactions.run(
        connection -> {
          if (!state(connection, app, team).equals(LaneState.DETACHED.word())) {
            return List.<Long>of();
          }
          List<Long> strays = new ArrayList<>();
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT a.account_id FROM app_member a
                  WHERE a.app_id = ? AND a.team_id = ? AND a.account_id > ?
                    AND NOT EXISTS (SELECT 1 FROM directory_member m
                      JOIN team_source s ON s.group_id = m.group_id AND s.app_id = a.app_id
                        AND s.team_id = a.team_id AND s.gone = FALSE
                      WHERE m.member_id = a.account_id AND m.present = TRUE)
                  ORDER BY a.account_id LIMIT ?
                  """)) {
            select.setInt(1, app);
            select.setLong(2, team);
            select.setLong(3, beyond);
            select.setInt(4, PAGE);
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                strays.add(found.getLong(1));
              }
            }
          }
          if (!strays.isEmpty()) {
            try (PreparedStatement look =
                connection.prepareStatement(
                    "UPDATE app_member SET state = 'removing', causes = causes + 1,"
                        + " retry_at = NULL WHERE app_id = ? AND team_id = ? AND account_id IN ("
                        + IdList.marks(strays.size())
                        + ")")) {
              look.setInt(1, app);
              look.setLong(2, team);
              IdList.bind(look, 3, strays);
              look.executeUpdate();
            }
          }
          return strays;
        });
  }

  private static void cursor(Connection connection, int app, long team, long version)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE team_source SET expanded_version = ?, expanded_member = 0,"
                + " due = CASE WHEN group_id = team_id THEN 0 ELSE due + 1 END"
                + " WHERE app_id = ? AND team_id = ?")) {
      update.setLong(1, version);
      update.setInt(2, app);
      update.setLong(3, team);
      update.executeUpdate();
    }
  }

  /** Locked until the transaction ends; empty when there is no lane. */
  private static String state(Connection connection, int app, long team) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT state FROM lane"
                + " WHERE app_id = ? AND kind = 'team' AND target_id = ? FOR UPDATE")) {
      select.setInt(1, app);
      select.setLong(2, team);
      try (ResultSet found = select.executeQuery()) {
        return found.next() ? found.getString(1) : "";
      }
    }
  }

  private static boolean linked(Connection connection, int app, long team) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM link WHERE app_id = ? AND kind = 'team' AND resource_id = ?")) {
      select.setInt(1, app);
      select.setLong(2, team);
      try (ResultSet found = select.executeQuery()) {
        return found.next();
      }
    }
  }
}
