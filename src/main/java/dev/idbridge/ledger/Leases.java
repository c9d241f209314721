package dev.idbridge.ledger;

import dev.idbridge.store.IdList;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells whose lease is gone: locks the lanes, in the order of their keys, and compares the tokens.
 * What follows in the transaction may take the leases for granted.
 */
final class Leases {
  private record Kind(int app, LaneKind kind) {}

  /**
   * @param sorted by lane key
   * @throws LaneLost naming the first lane whose lease is gone
   */
  void confirm(Connection connection, List<Booking> sorted) throws SQLException {
    if (sorted.isEmpty()) {
      return;
    }
    Map<Kind, Map<Long, Booking>> kinds = new LinkedHashMap<>();
    for (Booking booking : sorted) {
      Lane lane = booking.lane;
      kinds
          .computeIfAbsent(new Kind(lane.app(), lane.kind()), kind -> new LinkedHashMap<>())
          .put(lane.target(), booking);
    }
    for (Map.Entry<Kind, Map<Long, Booking>> kind : kinds.entrySet()) {
      Map<Long, Long> tokens = tokens(connection, kind.getKey(), kind.getValue());
      for (Booking booking : kind.getValue().values()) {
        Long token = tokens.get(booking.lane.target());
        if (token == null || token != booking.lane.leaseToken()) {
          throw new LaneLost(booking.lane);
        }
      }
    }
  }

  private static Map<Long, Long> tokens(
      Connection connection, Kind kind, Map<Long, Booking> bookings) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT target_id, lease_token FROM lane WHERE app_id = ? AND kind = ?"
                + " AND target_id IN ("
                + IdList.marks(bookings.size())
                + ") FOR UPDATE")) {
      select.setInt(1, kind.app);
      select.setString(2, kind.kind.word());
      IdList.bind(select, 3, bookings.keySet());
      Map<Long, Long> tokens = new HashMap<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          long token = found.getLong(2);
          if (!found.wasNull()) {
            tokens.put(found.getLong(1), token);
          }
        }
      }
      return tokens;
    }
  }
}
