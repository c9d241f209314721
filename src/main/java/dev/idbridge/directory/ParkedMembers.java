package dev.idbridge.directory;

import dev.idbridge.model.ChangeRequest.Actor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Rows of members that groups wait for, hand-written for batches like the membership rows. One
 * object collects what a transaction parks and takes back.
 */
final class ParkedMembers {
  /** The longest reference that can wait. */
  static final int LONGEST = 512;

  private static final int PAGE = 1_000;

  private static final String SELECT =
      "SELECT p.group_id, p.member_ref, p.directory_id, p.parked_at, p.token_id, p.actor,"
          + " p.request_id, p.address FROM parked_member p";

  private static final Actor NOBODY = new Actor(0, "", "", "");

  private final Map<Long, Map<String, Parked>> waiting = new TreeMap<>();
  private final Set<Parked> takenBack = new LinkedHashSet<>();
  private final Map<Long, Set<Long>> left = new TreeMap<>();
  private final Set<Long> emptied = new LinkedHashSet<>();

  /**
   * One row.
   *
   * @param ref as the client sent it
   */
  record Parked(long group, String ref, long directory, long at, Actor by) {}

  void park(Parked parked) {
    waiting.computeIfAbsent(parked.group(), g -> new TreeMap<>()).put(parked.ref(), parked);
  }

  /** The group waits for nobody under this reference any more, in whatever case it was parked. */
  void takeBack(long group, long directory, String ref) {
    waiting.getOrDefault(group, new HashMap<>()).keySet().removeIf(one -> same(one, ref));
    takenBack.add(new Parked(group, ref, directory, 0, NOBODY));
  }

  /** The group does not wait for this user or group any more, whatever name it was parked under. */
  void left(long group, long member) {
    left.computeIfAbsent(group, g -> new TreeSet<>()).add(member);
  }

  /** The group waits for nobody any more. */
  void takeBackAll(long group) {
    waiting.remove(group);
    takenBack.removeIf(one -> one.group() == group);
    left.remove(group);
    emptied.add(group);
  }

  private static boolean same(String parked, String ref) {
    return parked.equals(ref) || (!key(ref).isEmpty() && key(parked).equals(key(ref)));
  }

  /** Writes what was collected; the rows of users and groups are written before. */
  void write(Connection connection) throws SQLException {
    if (!emptied.isEmpty()) {
      InList.delete(connection, "DELETE FROM parked_member WHERE group_id IN", emptied);
    }
    delete(connection, takenBack);
    deleteFolded(connection, takenBack);
    takeBackLeft(connection);
    if (waiting.isEmpty()) {
      return;
    }
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO parked_member (group_id, member_ref, member_key, directory_id, parked_at,
                token_id, actor, request_id, address)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE parked_at = VALUES(parked_at), token_id = VALUES(token_id),
                actor = VALUES(actor), request_id = VALUES(request_id), address = VALUES(address)
            """)) {
      int rows = 0;
      for (Map<String, Parked> group : waiting.values()) {
        for (Parked parked : group.values()) {
          upsert.setLong(1, parked.group());
          upsert.setString(2, parked.ref());
          upsert.setString(3, key(parked.ref()));
          upsert.setLong(4, parked.directory());
          upsert.setLong(5, parked.at());
          upsert.setLong(6, parked.by().token());
          upsert.setString(7, ChangeRecords.bounded(parked.by().name(), 128));
          upsert.setString(8, ChangeRecords.bounded(parked.by().requestId(), 64));
          upsert.setString(9, ChangeRecords.bounded(parked.by().address(), 64));
          upsert.addBatch();
          if (++rows % PAGE == 0) {
            upsert.executeBatch();
          }
        }
      }
      if (rows % PAGE != 0) {
        upsert.executeBatch();
      }
    }
  }

  /** The folded form, or none that matches when it is too long. */
  static String key(String ref) {
    String key = NameKey.of(ref);
    return key.length() <= LONGEST ? key : "";
  }

  /** Members that left groups, of which few wait for anybody, lose the rows under their names. */
  private void takeBackLeft(Connection connection) throws SQLException {
    Set<Long> groups = new TreeSet<>();
    InList.byId(
        connection,
        "SELECT DISTINCT group_id FROM parked_member WHERE group_id IN",
        "",
        left.keySet(),
        row -> groups.add(row.getLong(1)));
    if (groups.isEmpty()) {
      return;
    }
    Map<Long, List<Long>> groupsOf = new TreeMap<>();
    for (long group : groups) {
      left.getOrDefault(group, Set.of())
          .forEach(member -> groupsOf.computeIfAbsent(member, m -> new ArrayList<>()).add(group));
    }
    List<Parked> byExternalId = new ArrayList<>();
    List<Parked> byName = new ArrayList<>();
    for (String names :
        List.of(
            "user_name, external_id FROM directory_user",
            "NULL, external_id FROM directory_group")) {
      InList.byId(
          connection,
          "SELECT id, directory_id, " + names + " WHERE id IN",
          "",
          groupsOf.keySet(),
          row -> {
            for (long group : groupsOf.getOrDefault(row.getLong(1), List.of())) {
              String name = row.getString(3);
              String externalId = row.getString(4);
              if (name != null) {
                byName.add(new Parked(group, name, row.getLong(2), 0, NOBODY));
              }
              if (externalId != null) {
                byExternalId.add(new Parked(group, externalId, row.getLong(2), 0, NOBODY));
              }
            }
          });
    }
    delete(connection, byExternalId);
    deleteFolded(connection, byName);
  }

  private static void deleteFolded(Connection connection, Collection<Parked> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM parked_member WHERE directory_id = ? AND member_key = ? AND group_id = ?")) {
      int waitingRows = 0;
      for (Parked row : rows) {
        if (!key(row.ref()).isEmpty()) {
          delete.setLong(1, row.directory());
          delete.setString(2, key(row.ref()));
          delete.setLong(3, row.group());
          delete.addBatch();
          waitingRows++;
        }
      }
      if (waitingRows > 0) {
        delete.executeBatch();
      }
    }
  }

  /** Those of these rows that are still there, locked. */
  static Set<Parked> still(Connection connection, Collection<Parked> rows) throws SQLException {
    Set<Parked> found = new LinkedHashSet<>();
    InList.query(
        connection,
        SELECT + " WHERE (p.group_id, p.member_ref) IN",
        "(?, ?)",
        " ORDER BY p.group_id, p.member_ref FOR UPDATE",
        rows,
        (statement, parameter, row) -> {
          statement.setLong(parameter, row.group());
          statement.setString(parameter + 1, row.ref());
        },
        row -> found.add(parked(row)));
    return found;
  }

  static void delete(Connection connection, Collection<Parked> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM parked_member WHERE group_id = ? AND member_ref = ?")) {
      for (Parked row : rows) {
        delete.setLong(1, row.group());
        delete.setString(2, row.ref());
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }

  /** Rows that wait under one of these keys in a directory, at most so many. */
  static List<Parked> under(
      Connection connection, long directory, Collection<String> keys, int most)
      throws SQLException {
    List<Parked> found = new ArrayList<>();
    InList.query(
        connection,
        SELECT + " WHERE (p.directory_id, p.member_key) IN",
        "(?, ?)",
        " ORDER BY p.group_id, p.member_ref LIMIT " + most,
        keys,
        (statement, parameter, key) -> {
          statement.setLong(parameter, directory);
          statement.setString(parameter + 1, key);
        },
        row -> found.add(parked(row)));
    return found;
  }

  /**
   * Rows, at most so many, whose member is there by now. Those whose reference is the externalId of
   * several go on waiting.
   */
  static Set<Parked> missed(Connection connection, int most) throws SQLException {
    Set<Parked> found = new LinkedHashSet<>();
    String owners =
        "(SELECT COUNT(*) FROM %s o WHERE o.directory_id = p.directory_id"
            + " AND o.external_id = p.member_ref AND o.deleted_at IS NULL)";
    String named =
        owners.formatted("directory_user") + " + " + owners.formatted("directory_group") + " = ";
    for (String join :
        List.of(
            "directory_user m ON m.directory_id = p.directory_id AND m.user_name_key = p.member_key"
                + " WHERE m.deleted_at IS NULL AND "
                + named
                + 0,
            "directory_user m ON m.directory_id = p.directory_id AND m.external_id = p.member_ref"
                + " WHERE m.deleted_at IS NULL AND "
                + named
                + 1,
            "directory_group m ON m.directory_id = p.directory_id"
                + " AND m.external_id = p.member_ref WHERE m.deleted_at IS NULL AND "
                + named
                + 1)) {
      try (PreparedStatement query =
          connection.prepareStatement(SELECT + " JOIN " + join + " LIMIT " + most)) {
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            found.add(parked(rows));
          }
        }
      }
    }
    return found;
  }

  /** Rows that have waited since before this moment, at most so many. */
  static List<Parked> before(Connection connection, long moment, int most) throws SQLException {
    List<Parked> found = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            SELECT + " WHERE p.parked_at < ? ORDER BY p.parked_at LIMIT " + most)) {
      query.setLong(1, moment);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(parked(rows));
        }
      }
    }
    return found;
  }

  private static Parked parked(ResultSet row) throws SQLException {
    return new Parked(
        row.getLong(1),
        row.getString(2),
        row.getLong(3),
        row.getLong(4),
        new Actor(row.getLong(5), row.getString(6), row.getString(7), row.getString(8)));
  }
}
