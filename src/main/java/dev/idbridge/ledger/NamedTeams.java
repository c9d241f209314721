package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import dev.idbridge.store.IdList;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Teams that rules name, inside a transaction of the caller. Thread-safe. */
public final class NamedTeams {
  private static final int PAGE = 500;

  private final Ids ids;

  NamedTeams(Ids ids) {
    this.ids = ids;
  }

  /**
   * A team that groups are mapped to.
   *
   * @param fed whether a group that is there feeds it now
   */
  public record NamedTeam(long id, String name, boolean fed) {}

  /** Its id; made when it is new. Two who make the same at one time: one of them is refused. */
  long id(Connection connection, int app, long directory, String name, long now)
      throws SQLException {
    Long known = find(connection, app, directory, name);
    if (known != null) {
      return known;
    }
    long id = ids.next();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO named_team (id, app_id, directory_id, name, name_key, created_at)"
                + " VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setLong(1, id);
      insert.setInt(2, app);
      insert.setLong(3, directory);
      insert.setString(4, name);
      insert.setString(5, key(name));
      insert.setLong(6, now);
      insert.executeUpdate();
    }
    return id;
  }

  static @Nullable Long find(Connection connection, int app, long directory, String name)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id FROM named_team WHERE app_id = ? AND directory_id = ? AND name_key = ?")) {
      select.setInt(1, app);
      select.setLong(2, directory);
      select.setString(3, key(name));
      try (ResultSet found = select.executeQuery()) {
        return found.next() ? Long.valueOf(found.getLong(1)) : null;
      }
    }
  }

  /** Whether the team has this name, and is not in the app yet. */
  static boolean waits(Connection connection, int app, long id, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT 1 FROM named_team t WHERE t.id = ? AND t.name_key = ?
              AND NOT EXISTS (SELECT 1 FROM link k WHERE k.app_id = ? AND k.kind = 'team'
                AND k.resource_id = t.id)
            """)) {
      select.setLong(1, id);
      select.setString(2, key(name));
      select.setInt(3, app);
      try (ResultSet found = select.executeQuery()) {
        return found.next();
      }
    }
  }

  static String key(String name) {
    return Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
  }

  /** Those of these ids that are such teams. */
  static Map<Long, NamedTeam> of(Connection connection, Collection<Long> ids) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT t.id, t.name,
                EXISTS (SELECT 1 FROM team_source s JOIN directory_group g ON g.id = s.group_id
                  WHERE s.app_id = t.app_id AND s.team_id = t.id AND s.own = TRUE
                    AND g.deleted_at IS NULL) AS fed
            FROM named_team t WHERE t.id IN (MARKS)
            """
                .replace("MARKS", IdList.marks(ids.size())))) {
      IdList.bind(select, 1, ids);
      Map<Long, NamedTeam> teams = new HashMap<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          long id = found.getLong(1);
          teams.put(id, new NamedTeam(id, found.getString(2), found.getBoolean(3)));
        }
      }
      return teams;
    }
  }

  static boolean exists(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT 1 FROM named_team WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet found = select.executeQuery()) {
        return found.next();
      }
    }
  }

  /** Drops a page of a directory's named teams with what is noted of them; how many. */
  public static int drop(Connection connection, long directory) throws SQLException {
    List<Long> page = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id FROM named_team WHERE directory_id = ? LIMIT " + PAGE)) {
      select.setLong(1, directory);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          page.add(found.getLong(1));
        }
      }
    }
    if (!page.isEmpty()) {
      ResourceEnd.drop(connection, page);
      try (PreparedStatement delete =
          connection.prepareStatement(
              "DELETE FROM named_team WHERE id IN (" + IdList.marks(page.size()) + ")")) {
        IdList.bind(delete, 1, page);
        delete.executeUpdate();
      }
    }
    return page.size();
  }
}
