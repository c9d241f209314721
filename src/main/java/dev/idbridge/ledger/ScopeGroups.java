package dev.idbridge.ledger;

import dev.idbridge.store.IdList;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The groups that scopes of apps name, inside a transaction of the caller. */
public final class ScopeGroups {
  /** The longest name that can be kept. */
  public static final int LONGEST = 512;

  private ScopeGroups() {}

  /** Names by app, as the files write them; a few rows over all apps. */
  public static Map<Integer, List<String>> all(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT app_id, name FROM scope_group ORDER BY app_id, position");
        ResultSet found = select.executeQuery()) {
      Map<Integer, List<String>> names = new TreeMap<>();
      while (found.next()) {
        names.computeIfAbsent(found.getInt(1), app -> new ArrayList<>()).add(found.getString(2));
      }
      return names;
    }
  }

  /**
   * Of these accounts, those who have something to lose in the app: one that is usable as far as we
   * know, or that may have been made by now.
   */
  public static Set<Long> holding(Connection connection, int app, Collection<Long> accounts)
      throws SQLException {
    Set<Long> holding = new HashSet<>();
    if (accounts.isEmpty()) {
      return holding;
    }
    String marks = IdList.marks(accounts.size());
    try (PreparedStatement select =
        connection.prepareStatement(
            ("SELECT resource_id FROM link WHERE app_id = ? AND kind = 'account'"
                    + " AND active = TRUE AND resource_id IN (MARKS)"
                    + " UNION SELECT target_id FROM lane WHERE app_id = ? AND kind = 'account'"
                    + " AND intent_seen IS NOT NULL AND target_id IN (MARKS)")
                .replace("MARKS", marks))) {
      select.setInt(1, app);
      int next = IdList.bind(select, 2, accounts);
      select.setInt(next, app);
      IdList.bind(select, next + 1, accounts);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          holding.add(found.getLong(1));
        }
      }
    }
    return holding;
  }

  /** From now on the app's scope names these. */
  static void write(Connection connection, int app, List<String> names) throws SQLException {
    if (all(connection).getOrDefault(app, List.of()).equals(names)) {
      return;
    }
    try (PreparedStatement delete =
            connection.prepareStatement("DELETE FROM scope_group WHERE app_id = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO scope_group (app_id, position, name) VALUES (?, ?, ?)")) {
      delete.setInt(1, app);
      delete.executeUpdate();
      for (int position = 0; position < names.size(); position++) {
        insert.setInt(1, app);
        insert.setInt(2, position);
        insert.setString(3, names.get(position));
        insert.addBatch();
      }
      if (!names.isEmpty()) {
        insert.executeBatch();
      }
    }
  }
}
