package dev.idbridge.directory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Look-ups of many keys with few statements: {@code ... IN (...)} in chunks, each chunk padded to a
 * power of two by repeating its last key, so that the statements a connection prepares stay few.
 */
final class InList {
  /** Keys in one statement; MariaDB rewrites lists of 1,000 and more into subqueries. */
  static final int CHUNK = 512;

  private InList() {}

  /** Binds one key from this parameter on; answers how many parameters it took. */
  @FunctionalInterface
  interface Binder<K> {
    void bind(PreparedStatement statement, int parameter, K key) throws SQLException;
  }

  @FunctionalInterface
  interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  /**
   * Runs the look-up.
   *
   * @param before the statement up to {@code IN}
   * @param element one element: {@code ?} or {@code (?, ?)}
   */
  static <K> void query(
      Connection connection,
      String before,
      String element,
      String after,
      Collection<K> keys,
      Binder<K> binder,
      RowReader reader)
      throws SQLException {
    int width = (int) element.chars().filter(c -> c == '?').count();
    List<K> all = new ArrayList<>(keys);
    for (int from = 0; from < all.size(); from += CHUNK) {
      List<K> chunk = all.subList(from, Math.min(from + CHUNK, all.size()));
      int padded = padded(chunk.size());
      String sql = before + " (" + element + (", " + element).repeat(padded - 1) + ")" + after;
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (int i = 0; i < padded; i++) {
          binder.bind(statement, 1 + i * width, chunk.get(Math.min(i, chunk.size() - 1)));
        }
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            reader.read(rows);
          }
        }
      }
    }
  }

  static void byId(
      Connection connection, String before, String after, Collection<Long> ids, RowReader reader)
      throws SQLException {
    query(connection, before, "?", after, ids, PreparedStatement::setLong, reader);
  }

  /** Runs a deletion in chunks. */
  static void delete(Connection connection, String before, Collection<Long> ids)
      throws SQLException {
    List<Long> all = new ArrayList<>(ids);
    for (int from = 0; from < all.size(); from += CHUNK) {
      List<Long> chunk = all.subList(from, Math.min(from + CHUNK, all.size()));
      int padded = padded(chunk.size());
      try (PreparedStatement statement =
          connection.prepareStatement(before + " (?" + ", ?".repeat(padded - 1) + ")")) {
        for (int i = 0; i < padded; i++) {
          statement.setLong(i + 1, chunk.get(Math.min(i, chunk.size() - 1)));
        }
        statement.executeUpdate();
      }
    }
  }

  private static int padded(int size) {
    int highest = Integer.highestOneBit(size);
    return highest == size ? size : highest << 1;
  }
}
