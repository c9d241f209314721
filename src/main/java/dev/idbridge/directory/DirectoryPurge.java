package dev.idbridge.directory;

import dev.idbridge.ledger.NamedTeams;
import dev.idbridge.ledger.ResourceEnd;
import dev.idbridge.model.Ids;
import dev.idbridge.model.ResourceType;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Deletes the rows of directories that were ended, page by page, their own row last: an interrupted
 * purge is carried on by the next run. Change records and lines of the sync log stay until their
 * retention ends. Thread-safe.
 */
public final class DirectoryPurge {
  /** By then every request that was on its way into a directory when it ended is done. */
  public static final Duration GRACE = Duration.ofMinutes(15);

  private static final int PAGE = 200;

  private final Transactions transactions;
  private final Ids ids;
  private final Clock clock;

  public DirectoryPurge(Transactions transactions, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
  }

  /** Purges every directory that ended {@link #GRACE} ago; answers the names of those now gone. */
  public List<String> run() {
    List<String> gone = new ArrayList<>();
    for (Map.Entry<Long, String> ended : ended().entrySet()) {
      long directory = ended.getKey();
      for (ResourceType type : ResourceType.values()) {
        int size;
        do {
          size = page(directory, type);
        } while (size == PAGE);
      }
      while (transactions.run(connection -> NamedTeams.drop(connection, directory)) > 0) {
        // page by page
      }
      if (last(directory)) {
        gone.add(ended.getValue());
      }
    }
    return gone;
  }

  private Map<Long, String> ended() {
    long before = clock.millis() - GRACE.toMillis();
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT id, name FROM directory WHERE deleted_at <= ? ORDER BY id")) {
            select.setLong(1, before);
            try (ResultSet found = select.executeQuery()) {
              Map<Long, String> ended = new LinkedHashMap<>();
              while (found.next()) {
                ended.put(found.getLong(1), found.getString(2));
              }
              return ended;
            }
          }
        });
  }

  /** Some users or groups with all that hangs on them; users first, so that groups are light. */
  private int page(long directory, ResourceType type) {
    String table = type == ResourceType.USER ? "directory_user" : "directory_group";
    return transactions.run(
        connection -> {
          List<Long> page = new ArrayList<>();
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT id FROM " + table + " WHERE directory_id = ? LIMIT " + PAGE)) {
            select.setLong(1, directory);
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                page.add(found.getLong(1));
              }
            }
          }
          if (!page.isEmpty()) {
            drop(connection, table, page);
          }
          return page.size();
        });
  }

  private static void drop(Connection connection, String table, List<Long> page)
      throws SQLException {
    InList.delete(connection, "DELETE FROM directory_email WHERE user_id IN", page);
    InList.delete(connection, "DELETE FROM directory_value WHERE resource_id IN", page);
    InList.delete(connection, "DELETE FROM unique_value WHERE resource_id IN", page);
    InList.delete(connection, "DELETE FROM parked_member WHERE group_id IN", page);
    InList.delete(connection, "DELETE FROM directory_member WHERE member_id IN", page);
    InList.delete(connection, "DELETE FROM directory_member WHERE group_id IN", page);
    InList.delete(connection, "DELETE FROM found_member WHERE member_id IN", page);
    InList.delete(connection, "DELETE FROM found_member WHERE group_id IN", page);
    ResourceEnd.drop(connection, page);
    InList.delete(connection, "DELETE FROM " + table + " WHERE id IN", page);
  }

  /** Tokens, sweeps and the directory itself; false when another daemon was quicker. */
  private boolean last(long directory) {
    return transactions.run(
        connection -> {
          List<Long> one = List.of(directory);
          InList.delete(connection, "DELETE FROM sweep WHERE directory_id IN", one);
          InList.delete(connection, "DELETE FROM token WHERE directory_id IN", one);
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM directory WHERE id = ?")) {
            delete.setLong(1, directory);
            if (delete.executeUpdate() == 0) {
              return false;
            }
          }
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO change_record (id, at, directory_id, resource_type, resource_id,
                      version, action, token_id, actor, request_id, address, detail)
                  VALUES (?, ?, ?, 'Directory', ?, 0, 'PURGE', 0, 'schedule', '', '', '')
                  """)) {
            insert.setLong(1, ids.next());
            insert.setLong(2, clock.millis());
            insert.setLong(3, directory);
            insert.setLong(4, directory);
            insert.executeUpdate();
          }
          return true;
        });
  }
}
