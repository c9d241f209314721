package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Origin;
import dev.idbridge.store.IdList;
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
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The links' rows, inside a transaction of the caller. Thread-safe. */
final class LinkRows {

  Map<Long, Link> find(Connection connection, int app, LaneKind kind, Collection<Long> resources)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT * FROM link WHERE app_id = ? AND kind = ? AND resource_id IN ("
                + IdList.marks(resources.size())
                + ")")) {
      select.setInt(1, app);
      select.setString(2, kind.word());
      IdList.bind(select, 3, resources);
      Map<Long, Link> links = new HashMap<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          Link link = read(found);
          links.put(link.resource(), link);
        }
      }
      return links;
    }
  }

  private static Link read(ResultSet found) throws SQLException {
    return new Link(
        found.getInt("app_id"),
        LaneKind.of(found.getString("kind")),
        found.getLong("resource_id"),
        found.getLong("directory_id"),
        found.getString("remote_id"),
        found.getString("label"),
        Origin.valueOf(found.getString("origin")),
        found.getBoolean("active"),
        found.getString("applied"),
        found.getLong("parent_id"));
  }

  /**
   * Everything these bookings say about links: what goes first, then what comes and what changed.
   *
   * @throws LinkTaken when another live resource holds a remote id
   */
  void write(Connection connection, List<Booking> bookings) throws SQLException {
    remove(connection, bookings.stream().filter(b -> b.unlink).toList());
    List<Booking> fresh = new ArrayList<>();
    List<Booking> known = new ArrayList<>();
    for (Booking booking : bookings) {
      if (booking.link != null) {
        (booking.newLink ? fresh : known).add(booking);
      }
    }
    if (!fresh.isEmpty()) {
      insert(connection, fresh, bookings);
    }
    if (!known.isEmpty()) {
      update(connection, known);
    }
  }

  private static void remove(Connection connection, List<Booking> gone) throws SQLException {
    if (gone.isEmpty()) {
      return;
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM link WHERE app_id = ? AND kind = ? AND resource_id = ?")) {
      for (Booking booking : gone) {
        delete.setInt(1, booking.lane.app());
        delete.setString(2, booking.lane.kind().word());
        delete.setLong(3, booking.lane.target());
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }

  /** New links, most of them to things that nobody holds: looked up together. */
  private static void insert(Connection connection, List<Booking> fresh, List<Booking> all)
      throws SQLException {
    Set<Key> held = held(connection, fresh);
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO link (app_id, kind, resource_id, directory_id, remote_id, label, origin,
                active, applied, cause, created_at, changed_at, parent_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      for (Booking booking : fresh) {
        Link link = Objects.requireNonNull(booking.link);
        if (held.contains(Key.of(link))) {
          link = passOn(connection, link, all, booking.at);
        }
        bind(insert, link, booking);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private record Key(int app, LaneKind kind, String remoteId) {
    static Key of(Link link) {
      return new Key(link.app(), link.kind(), link.remoteId());
    }
  }

  /** Which of the remote ids somebody holds already; locked. */
  private static Set<Key> held(Connection connection, List<Booking> fresh) throws SQLException {
    Map<Integer, Map<LaneKind, TreeSet<String>>> asked = new TreeMap<>();
    for (Booking booking : fresh) {
      Link link = Objects.requireNonNull(booking.link);
      asked
          .computeIfAbsent(link.app(), app -> new TreeMap<>())
          .computeIfAbsent(link.kind(), kind -> new TreeSet<>())
          .add(link.remoteId());
    }
    Set<Key> held = new HashSet<>();
    for (Map.Entry<Integer, Map<LaneKind, TreeSet<String>>> app : asked.entrySet()) {
      for (Map.Entry<LaneKind, TreeSet<String>> kind : app.getValue().entrySet()) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT remote_id FROM link WHERE app_id = ? AND kind = ? AND remote_id IN ("
                    + IdList.marks(kind.getValue().size())
                    + ") FOR UPDATE")) {
          select.setInt(1, app.getKey());
          select.setString(2, kind.getKey().word());
          IdList.bind(select, 3, kind.getValue());
          try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
              held.add(new Key(app.getKey(), kind.getKey(), found.getString(1)));
            }
          }
        }
      }
    }
    return held;
  }

  /**
   * A link that a deleted resource of the same directory still owns, or a group that is another
   * team in the app by now, passes to the newcomer, and with it who made the thing.
   */
  private static Link passOn(Connection connection, Link link, List<Booking> all, long now)
      throws SQLException {
    Link owned;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT * FROM link WHERE app_id = ? AND kind = ? AND remote_id = ? FOR UPDATE")) {
      select.setInt(1, link.app());
      select.setString(2, link.kind().word());
      select.setString(3, link.remoteId());
      try (ResultSet found = select.executeQuery()) {
        if (!found.next()) {
          return link;
        }
        owned = read(found);
      }
    }
    if (owned.resource() != link.resource()) {
      boolean gone =
          owned.directory() == link.directory() && released(connection, owned, link.resource());
      if (!gone || HandOver.busy(connection, owned, link, all)) {
        throw new LinkTaken(link, owned.resource(), gone);
      }
      HandOver.rows(connection, owned, link, now);
    }
    deleteByResource(connection, owned);
    return link.made(owned.origin());
  }

  private static boolean released(Connection connection, Link owned, long newcomer)
      throws SQLException {
    if (owned.kind() == LaneKind.TEAM) {
      if (NamedTeams.exists(connection, owned.resource())) {
        return !TeamSources.fed(connection, owned.app(), owned.resource());
      }
      if (TeamSources.routed(connection, owned.app(), owned.resource(), newcomer)) {
        return true;
      }
    }
    String table = owned.kind() == LaneKind.TEAM ? "directory_group" : "directory_user";
    try (PreparedStatement select =
        connection.prepareStatement("SELECT deleted_at FROM " + table + " WHERE id = ?")) {
      select.setLong(1, owned.resource());
      try (ResultSet found = select.executeQuery()) {
        return !found.next() || found.getObject(1) != null;
      }
    }
  }

  private static void deleteByResource(Connection connection, Link owned) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM link WHERE app_id = ? AND kind = ? AND resource_id = ?")) {
      delete.setInt(1, owned.app());
      delete.setString(2, owned.kind().word());
      delete.setLong(3, owned.resource());
      delete.executeUpdate();
    }
  }

  private static void bind(PreparedStatement insert, Link link, Booking booking)
      throws SQLException {
    insert.setInt(1, link.app());
    insert.setString(2, link.kind().word());
    insert.setLong(3, link.resource());
    insert.setLong(4, link.directory());
    insert.setString(5, link.remoteId());
    insert.setString(6, SyncLog.bounded(link.label(), 512));
    insert.setString(7, link.origin().name());
    insert.setBoolean(8, link.active());
    insert.setString(9, link.applied());
    insert.setLong(10, booking.lane.lastCause());
    insert.setLong(11, booking.at);
    insert.setLong(12, booking.at);
    insert.setLong(13, link.parent());
  }

  private static void update(Connection connection, List<Booking> known) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE link SET label = ?, active = ?, applied = ?, changed_at = ?, remote_id = ?,
                parent_id = ?
            WHERE app_id = ? AND kind = ? AND resource_id = ?
            """)) {
      for (Booking booking : known) {
        Link link = Objects.requireNonNull(booking.link);
        update.setString(1, SyncLog.bounded(link.label(), 512));
        update.setBoolean(2, link.active());
        update.setString(3, link.applied());
        update.setLong(4, booking.at);
        update.setString(5, link.remoteId());
        update.setLong(6, link.parent());
        update.setInt(7, link.app());
        update.setString(8, link.kind().word());
        update.setLong(9, link.resource());
        update.addBatch();
      }
      int[] counts = update.executeBatch();
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] != 1) {
          throw new LinkTaken(Objects.requireNonNull(known.get(i).link), 0, true);
        }
      }
    }
  }
}
