package dev.idbridge.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes due the grants of those whom a change of a group concerns: its members that came or went,
 * or everybody where what the group brings is another than before. A member group is made due, too,
 * and looks whether what it brings has changed. Page by page, each a transaction of the caller;
 * only the holder of the group's grants lane does it.
 */
final class GrantExpansion {
  private static final int PAGE = LaneTriggers.MOST;

  private final LaneTriggers lanes;

  GrantExpansion(LaneTriggers lanes) {
    this.lanes = lanes;
  }

  private record Source(String basis, boolean whole, long version, long member) {}

  private record Change(long member, long version, long cause) {}

  /**
   * One page.
   *
   * @param basis what the group brings now; empty for nothing
   * @return whether there may be more
   */
  boolean page(Connection connection, Lane lane, String basis, long now) throws SQLException {
    Source source = source(connection, lane);
    if (source == null && basis.isEmpty()) {
      return false;
    }
    if (source == null || !source.basis.equals(basis)) {
      source = new Source(basis, true, version(connection, lane.target()), 0);
    }
    List<Change> page = changes(connection, lane.target(), source);
    List<Trigger> due = new ArrayList<>(page.size());
    for (Change change : page) {
      due.add(
          new Trigger(
              lane.app(),
              LaneKind.GRANTS,
              change.member,
              lane.directory(),
              source.whole && lane.lastCause() != 0 ? lane.lastCause() : change.cause,
              now,
              lane.priority()));
    }
    boolean more = page.size() == PAGE;
    if (more) {
      Change last = page.getLast();
      store(
          connection,
          lane,
          new Source(
              basis, source.whole, source.whole ? source.version : last.version, last.member));
    } else if (basis.isEmpty()) {
      delete(connection, lane);
    } else if (source.whole) {
      store(connection, lane, new Source(basis, false, source.version, Long.MAX_VALUE));
    } else if (!page.isEmpty()) {
      Change last = page.getLast();
      store(connection, lane, new Source(basis, false, last.version, last.member));
    }
    lanes.makeDue(connection, due);
    return more;
  }

  private static @Nullable Source source(Connection connection, Lane lane) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT basis, whole, expanded_version, expanded_member FROM grant_source"
                + " WHERE app_id = ? AND group_id = ?")) {
      select.setInt(1, lane.app());
      select.setLong(2, lane.target());
      try (ResultSet found = select.executeQuery()) {
        return found.next()
            ? new Source(
                found.getString(1), found.getBoolean(2), found.getLong(3), found.getLong(4))
            : null;
      }
    }
  }

  private static long version(Connection connection, long group) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT version FROM directory_group WHERE id = ?")) {
      select.setLong(1, group);
      try (ResultSet found = select.executeQuery()) {
        return found.next() ? found.getLong(1) : 0;
      }
    }
  }

  /** Who is gone counts as changed until its row is purged, which waits for this. */
  private static List<Change> changes(Connection connection, long group, Source source)
      throws SQLException {
    String sql =
        source.whole
            ? """
              SELECT member_id, changed_version, cause FROM directory_member
              WHERE group_id = ? AND member_id > ? ORDER BY group_id, member_id LIMIT ?
              """
            : """
              SELECT member_id, changed_version, cause FROM directory_member
              WHERE group_id = ? AND changed_version >= ?
                AND (changed_version > ? OR member_id > ?)
              ORDER BY group_id, changed_version, member_id LIMIT ?
              """;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int i = 0;
      select.setLong(++i, group);
      if (!source.whole) {
        select.setLong(++i, source.version);
        select.setLong(++i, source.version);
      }
      select.setLong(++i, source.member);
      select.setInt(++i, PAGE);
      List<Change> changes = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          changes.add(new Change(found.getLong(1), found.getLong(2), found.getLong(3)));
        }
      }
      return changes;
    }
  }

  private static void store(Connection connection, Lane lane, Source source) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO grant_source (app_id, group_id, basis, whole, expanded_version,
                expanded_member)
            VALUES (?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE basis = VALUES(basis), whole = VALUES(whole),
                expanded_version = VALUES(expanded_version),
                expanded_member = VALUES(expanded_member)
            """)) {
      upsert.setInt(1, lane.app());
      upsert.setLong(2, lane.target());
      upsert.setString(3, source.basis);
      upsert.setBoolean(4, source.whole);
      upsert.setLong(5, source.version);
      upsert.setLong(6, source.member);
      upsert.executeUpdate();
    }
  }

  private static void delete(Connection connection, Lane lane) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM grant_source WHERE app_id = ? AND group_id = ?")) {
      delete.setInt(1, lane.app());
      delete.setLong(2, lane.target());
      delete.executeUpdate();
    }
  }
}
