package dev.idbridge.directory;

import dev.idbridge.store.StatementRefused;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What cursors are sealed with: one key for all nodes of a store. */
public final class CursorKey {
  private CursorKey() {}

  /**
   * The store's key.
   *
   * @param fresh taken when there is none yet
   */
  public static byte[] of(Transactions transactions, Clock clock, byte[] fresh) {
    byte[] known = transactions.run(CursorKey::read);
    if (known != null) {
      return known;
    }
    try {
      transactions.run(
          connection -> {
            try (PreparedStatement insert =
                connection.prepareStatement(
                    "INSERT INTO cursor_key (id, secret, created_at) VALUES (1, ?, ?)")) {
              insert.setString(1, HexFormat.of().formatHex(fresh));
              insert.setLong(2, clock.millis());
              return insert.executeUpdate();
            }
          });
    } catch (StatementRefused refused) {
      if (!refused.duplicate()) {
        throw refused;
      }
    }
    byte[] now = transactions.run(CursorKey::read);
    return now == null ? fresh : now;
  }

  private static byte @Nullable [] read(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT secret FROM cursor_key WHERE id = 1");
        ResultSet row = query.executeQuery()) {
      return row.next() ? HexFormat.of().parseHex(row.getString(1)) : null;
    }
  }
}
