package dev.idbridge.ledger;

import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.model.Ids;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What administrators decide about single roles, beside the rules: each decision noted in the
 * change record, and the subject's grants made due. Thread-safe.
 */
public final class DirectGrants {
  private final Transactions transactions;
  private final LaneTriggers lanes;
  private final ActRecord record;
  private final Clock clock;

  public DirectGrants(Transactions transactions, LaneTriggers lanes, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.lanes = lanes;
    this.record = new ActRecord(ids);
    this.clock = clock;
  }

  /**
   * An account or team by its user or group.
   *
   * @param kind {@link LaneKind#ACCOUNT} or {@link LaneKind#TEAM}
   */
  public record Subject(LaneKind kind, long id, long directory) {}

  /** One grant as it is noted. */
  public record Entry(int app, LaneKind kind, long subject, GrantRow row) {}

  /** Where a list goes on: behind this entry. */
  public record After(int app, long subject, String role, String resource) {
    public static final After START = new After(0, 0, "", "");
  }

  /** The first live one of these users or groups that the app follows; empty for none. */
  public Optional<Subject> subject(int app, LaneKind kind, Collection<Long> ids) {
    String table = kind == LaneKind.TEAM ? "directory_group" : "directory_user";
    return transactions.run(
        connection -> {
          try (PreparedStatement follows =
                  connection.prepareStatement("SELECT follows FROM app WHERE id = ?");
              PreparedStatement select =
                  connection.prepareStatement(
                      "SELECT directory_id FROM "
                          + table
                          + " WHERE id = ? AND deleted_at IS NULL")) {
            follows.setInt(1, app);
            Collection<Long> directories = List.of();
            try (ResultSet found = follows.executeQuery()) {
              if (found.next()) {
                directories = AppRegister.ids(found.getString(1));
              }
            }
            for (long id : ids) {
              select.setLong(1, id);
              try (ResultSet found = select.executeQuery()) {
                if (found.next() && directories.contains(found.getLong(1))) {
                  return Optional.of(new Subject(kind, id, found.getLong(1)));
                }
              }
            }
            return Optional.<Subject>empty();
          }
        });
  }

  /** Whether roles of the app are kept at all. */
  public boolean granting(int app) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement("SELECT grants FROM app WHERE id = ?")) {
            select.setInt(1, app);
            try (ResultSet found = select.executeQuery()) {
              return found.next() && found.getBoolean(1);
            }
          }
        });
  }

  /** Grants a role; granting it again is new evidence. */
  public void add(int app, Subject subject, Role role, String by) {
    act(
        app,
        subject,
        "GRANT",
        by,
        "role " + role,
        (connection, cause) -> {
          try (PreparedStatement upsert =
              connection.prepareStatement(
                  """
                  INSERT INTO app_grant (app_id, subject_kind, subject_id, role, resource, state,
                      held, origin, direct, provenance, asserted, cause, causes, attempts, reason)
                  VALUES (?, ?, ?, ?, ?, 'due', FALSE, 'OURS', TRUE, '', ?, ?, 1, 0, '')
                  ON DUPLICATE KEY UPDATE direct = TRUE, asserted = VALUES(asserted),
                      cause = VALUES(cause), causes = causes + 1, retry_at = NULL, attempts = 0
                  """)) {
            int i = key(upsert, 1, app, subject, role);
            upsert.setLong(i, cause);
            upsert.setLong(i + 1, cause);
            return upsert.executeUpdate();
          }
        });
  }

  /** Takes back what an administrator granted. False when none did. */
  public boolean remove(int app, Subject subject, Role role, String by) {
    return act(
            app,
            subject,
            "REVOKE",
            by,
            "role " + role,
            (connection, cause) -> {
              try (PreparedStatement update =
                  connection.prepareStatement(
                      """
                      UPDATE app_grant SET direct = FALSE, state = 'removing', causes = causes + 1,
                          retry_at = NULL, attempts = 0
                      WHERE app_id = ? AND subject_kind = ? AND subject_id = ? AND role = ?
                        AND resource = ? AND direct = TRUE
                      """)) {
                key(update, 1, app, subject, role);
                return update.executeUpdate();
              }
            })
        > 0;
  }

  /**
   * Gives back what was suppressed.
   *
   * @param role null for all
   * @return how many
   */
  public int restore(int app, Subject subject, @Nullable Role role, String by) {
    return act(
        app,
        subject,
        "RESTORE",
        by,
        role == null ? "every suppressed role" : "role " + role,
        (connection, cause) -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  """
                  UPDATE app_grant SET asserted = ?, causes = causes + 1
                  WHERE app_id = ? AND subject_kind = ? AND subject_id = ?
                    AND state = 'suppressed'
                  """
                      + (role == null ? "" : " AND role = ? AND resource = ?"))) {
            update.setLong(1, cause);
            update.setInt(2, app);
            update.setString(3, subject.kind.word());
            update.setLong(4, subject.id);
            if (role != null) {
              update.setString(5, role.name());
              update.setString(6, role.resource());
            }
            return update.executeUpdate();
          }
        });
  }

  private interface Act {
    int take(Connection connection, long cause) throws SQLException;
  }

  /** An act that changed nothing is not noted, and makes nothing due. */
  private int act(int app, Subject subject, String action, String by, String detail, Act what) {
    return transactions.run(
        connection -> {
          long now = clock.millis();
          String type = subject.kind == LaneKind.TEAM ? "Group" : "User";
          long cause =
              record.append(
                  connection, now, type, subject.id, action, by, "app " + app + ", " + detail);
          int count = what.take(connection, cause);
          if (count == 0) {
            connection.rollback();
            return 0;
          }
          lanes.makeDue(
              connection,
              List.of(
                  new Trigger(
                      app,
                      LaneKind.GRANTS,
                      subject.id,
                      subject.directory,
                      cause,
                      now,
                      Priority.LEAVER)));
          return count;
        });
  }

  private static int key(PreparedStatement statement, int at, int app, Subject subject, Role role)
      throws SQLException {
    statement.setInt(at, app);
    statement.setString(at + 1, subject.kind.word());
    statement.setLong(at + 2, subject.id);
    statement.setString(at + 3, role.name());
    statement.setString(at + 4, role.resource());
    return at + 5;
  }

  /** One grant as it is noted, or null. */
  public @Nullable GrantRow row(int app, Subject subject, Role role) {
    return transactions.run(
        connection ->
            GrantRows.of(connection, app, subject.kind, subject.id).stream()
                .filter(row -> row.role().equals(role))
                .findFirst()
                .orElse(null));
  }

  /**
   * One page, by app, subject and role.
   *
   * @param app 0 for every app
   * @param subjects null for everybody
   */
  public List<Entry> page(int app, @Nullable Collection<Long> subjects, After after, int most) {
    if (subjects != null && subjects.isEmpty()) {
      return List.of();
    }
    String who =
        subjects == null
            ? ""
            : " AND subject_id IN ("
                + String.join(", ", subjects.stream().map(String::valueOf).toList())
                + ")";
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT app_id, subject_kind, subject_id, "
                      + GrantRows.COLUMNS
                      + " FROM app_grant WHERE (app_id, subject_id, role, resource) > (?, ?, ?, ?)"
                      + (app == 0 ? "" : " AND app_id = " + app)
                      + who
                      + " ORDER BY app_id, subject_id, role, resource LIMIT ?")) {
            select.setInt(1, after.app);
            select.setLong(2, after.subject);
            select.setString(3, after.role);
            select.setString(4, after.resource);
            select.setInt(5, most);
            List<Entry> page = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                page.add(
                    new Entry(
                        found.getInt("app_id"),
                        LaneKind.of(found.getString("subject_kind")),
                        found.getLong("subject_id"),
                        GrantRows.row(found)));
              }
            }
            return page;
          }
        });
  }
}
