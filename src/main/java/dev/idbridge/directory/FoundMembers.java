package dev.idbridge.directory;

import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.model.Ids;
import dev.idbridge.model.ResourceType;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Members that an import found in an app, of groups that no identity provider has touched. They are
 * read as members; nothing else follows from them. Thread-safe.
 */
public final class FoundMembers {
  private final Transactions transactions;
  private final Ids ids;
  private final Clock clock;

  public FoundMembers(Transactions transactions, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Adds users to an imported group. Nobody is ever taken out.
   *
   * @param users at most a page of them
   * @param by who imports, for the change record
   * @return how many are new; -1 when an identity provider has the group by now, or it is gone
   */
  public int add(long group, Collection<Long> users, String by) {
    return transactions.run(
        connection -> {
          long directory;
          long version;
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT directory_id, version, origin FROM directory_group"
                      + " WHERE id = ? AND deleted_at IS NULL FOR UPDATE")) {
            select.setLong(1, group);
            try (ResultSet found = select.executeQuery()) {
              if (!found.next() || !ResourceTable.APP.equals(found.getString(3))) {
                return -1;
              }
              directory = found.getLong(1);
              version = found.getLong(2) + 1;
            }
          }
          TreeSet<Long> fresh = new TreeSet<>(users);
          InList.byId(
              connection,
              "SELECT member_id FROM found_member WHERE group_id = " + group + " AND member_id IN",
              "",
              users,
              row -> fresh.remove(row.getLong(1)));
          if (!fresh.isEmpty()) {
            insert(connection, group, fresh);
            changed(connection, group, directory, version, fresh.size(), by);
          }
          return fresh.size();
        });
  }

  private static void insert(Connection connection, long group, Collection<Long> users)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO found_member (group_id, member_id) VALUES (?, ?)")) {
      for (long user : users) {
        insert.setLong(1, group);
        insert.setLong(2, user);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void changed(
      Connection connection, long group, long directory, long version, int added, String by)
      throws SQLException {
    long now = clock.millis();
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE directory_group SET version = ?, modified_at = GREATEST(?, modified_at)"
                + " WHERE id = ?")) {
      update.setLong(1, version);
      update.setLong(2, now);
      update.setLong(3, group);
      update.executeUpdate();
    }
    ChangeRecords.append(
        connection,
        List.of(
            new ChangeRecords.Entry(
                ids.next(),
                now,
                directory,
                ResourceType.GROUP,
                group,
                version,
                "IMPORT",
                new Actor(0, by, "", ""),
                "members +" + added + ", found in an app")));
  }

  /**
   * Makes them members as an identity provider's are, in the transaction that takes the group over
   * from the import; the group's row is locked.
   *
   * @return how many
   */
  static int take(Connection connection, long group, long version, long cause) throws SQLException {
    int taken;
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT IGNORE INTO directory_member (group_id, member_id, member_type, present,
                changed_version, asserted_seq, cause)
            SELECT f.group_id, f.member_id, 'User', TRUE, ?, ?, ?
            FROM found_member f JOIN directory_user u ON u.id = f.member_id
            WHERE f.group_id = ? AND u.deleted_at IS NULL
            """)) {
      insert.setLong(1, version);
      insert.setLong(2, cause);
      insert.setLong(3, cause);
      insert.setLong(4, group);
      taken = insert.executeUpdate();
    }
    drop(connection, group);
    return taken;
  }

  /** The group's members are what an identity provider says. */
  static void drop(Connection connection, long group) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM found_member WHERE group_id = ?")) {
      delete.setLong(1, group);
      delete.executeUpdate();
    }
  }
}
