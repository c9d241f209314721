package dev.idbridge.directory;

import dev.idbridge.model.ResourceType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Membership rows, each reached by its key: hand-written so that a change of k members touches k
 * rows, whatever the group's size. Callers hold the group's row lock.
 */
final class MemberRows {
  private static final int PAGE = 1_000;

  private static final String UPSERT =
      """
      INSERT INTO directory_member (group_id, member_id, member_type, present, changed_version,
          asserted_seq, cause)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON DUPLICATE KEY UPDATE present = VALUES(present),
          changed_version = VALUES(changed_version), asserted_seq = VALUES(asserted_seq),
          cause = VALUES(cause)
      """;

  private MemberRows() {}

  /** One pair, ordered as its rows are written. */
  record Key(long group, long member) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byGroup = Long.compare(group, other.group);
      return byGroup != 0 ? byGroup : Long.compare(member, other.member);
    }
  }

  /**
   * One row.
   *
   * @param version the group's version at the row's last change
   * @param outdated the user was reactivated since it was asserted
   */
  record Row(
      ResourceType type,
      boolean present,
      long version,
      long asserted,
      long cause,
      boolean outdated) {
    Row(ResourceType type, boolean present, long version, long asserted, long cause) {
      this(type, present, version, asserted, cause, false);
    }
  }

  /** The rows there are for these pairs. */
  static Map<Key, Row> load(Connection connection, Collection<Key> keys) throws SQLException {
    Map<Key, Row> found = new HashMap<>();
    InList.query(
        connection,
        "SELECT m.group_id, m.member_id, m.member_type, m.present, m.changed_version,"
            + " m.asserted_seq, m.cause, u.reactivated_seq FROM directory_member m"
            + " LEFT JOIN directory_user u ON u.id = m.member_id"
            + " WHERE (m.group_id, m.member_id) IN",
        "(?, ?)",
        "",
        keys,
        (statement, parameter, key) -> {
          statement.setLong(parameter, key.group());
          statement.setLong(parameter + 1, key.member());
        },
        row ->
            found.put(
                new Key(row.getLong(1), row.getLong(2)),
                new Row(
                    ResourceType.of(row.getString(3)),
                    row.getBoolean(4),
                    row.getLong(5),
                    row.getLong(6),
                    row.getLong(7),
                    row.getLong(8) > row.getLong(6))));
    return found;
  }

  /** Writes these rows, new or not, in the order of their keys. */
  static void write(Connection connection, Map<Key, Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
      int waiting = 0;
      for (Map.Entry<Key, Row> entry : new TreeMap<>(rows).entrySet()) {
        Row row = entry.getValue();
        upsert.setLong(1, entry.getKey().group());
        upsert.setLong(2, entry.getKey().member());
        upsert.setString(3, row.type().word());
        upsert.setBoolean(4, row.present());
        upsert.setLong(5, row.version());
        upsert.setLong(6, row.asserted());
        upsert.setLong(7, row.cause());
        upsert.addBatch();
        if (++waiting == PAGE) {
          upsert.executeBatch();
          waiting = 0;
        }
      }
      if (waiting > 0) {
        upsert.executeBatch();
      }
    }
  }

  /** Member ids of one group beyond this one, at most a page, rising. */
  static List<Long> page(Connection connection, long group, long beyond) throws SQLException {
    List<Long> members = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT member_id FROM directory_member WHERE group_id = ? AND member_id > ?"
                + " AND present = TRUE ORDER BY member_id LIMIT "
                + PAGE)) {
      query.setLong(1, group);
      query.setLong(2, beyond);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          members.add(rows.getLong(1));
        }
      }
    }
    return members;
  }

  /** Turns these members of one group into tombstones. */
  static void remove(
      Connection connection, long group, List<Long> members, long version, long cause)
      throws SQLException {
    if (members.isEmpty()) {
      return;
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE directory_member SET present = FALSE, changed_version = ?, cause = ?"
                + " WHERE group_id = ? AND member_id = ?")) {
      for (long member : members) {
        update.setLong(1, version);
        update.setLong(2, cause);
        update.setLong(3, group);
        update.setLong(4, member);
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  /**
   * Of the members in this range of ids, those whose user was reactivated since they were asserted
   * count as changed.
   *
   * @return how many
   */
  static int renew(Connection connection, long group, long from, long to, long version, long cause)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE directory_member SET changed_version = ?, cause = ?, asserted_seq = ?"
                + " WHERE group_id = ? AND member_id BETWEEN ? AND ? AND present = TRUE"
                + " AND asserted_seq < (SELECT u.reactivated_seq FROM directory_user u"
                + " WHERE u.id = member_id)")) {
      update.setLong(1, version);
      update.setLong(2, cause);
      update.setLong(3, cause);
      update.setLong(4, group);
      update.setLong(5, from);
      update.setLong(6, to);
      return update.executeUpdate();
    }
  }

  /** Notes that the members in this range of ids were asserted again. */
  static void assertAgain(Connection connection, long group, long from, long to, long seq)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE directory_member SET asserted_seq = ? WHERE group_id = ?"
                + " AND member_id BETWEEN ? AND ? AND present = TRUE")) {
      update.setLong(1, seq);
      update.setLong(2, group);
      update.setLong(3, from);
      update.setLong(4, to);
      update.executeUpdate();
    }
  }

  static boolean any(Connection connection, long group) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT 1 FROM directory_member WHERE group_id = ? AND present = TRUE LIMIT 1")) {
      query.setLong(1, group);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** Those of these users and groups that are members of anything. */
  static Set<Long> members(Connection connection, Collection<Long> ids) throws SQLException {
    Set<Long> members = new HashSet<>();
    InList.byId(
        connection,
        "SELECT DISTINCT member_id FROM directory_member WHERE present = TRUE AND member_id IN",
        "",
        ids,
        row -> members.add(row.getLong(1)));
    return members;
  }

  /** Live groups that hold these groups directly: member to holder. */
  static List<Key> holders(Connection connection, Collection<Long> groups) throws SQLException {
    List<Key> edges = new ArrayList<>();
    InList.byId(
        connection,
        "SELECT m.group_id, m.member_id FROM directory_member m JOIN directory_group g"
            + " ON g.id = m.group_id WHERE g.deleted_at IS NULL AND m.present = TRUE"
            + " AND m.member_id IN",
        "",
        groups,
        row -> edges.add(new Key(row.getLong(1), row.getLong(2))));
    return edges;
  }

  /** A row as it is after a change; null when there was none and none is needed. */
  static @Nullable Row changed(
      @Nullable Row before, ResourceType type, boolean present, long version, long seq) {
    if (before == null) {
      return present ? new Row(type, true, version, seq, seq) : null;
    }
    return new Row(before.type(), present, version, present ? seq : before.asserted(), seq);
  }
}
