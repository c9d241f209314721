package dev.idbridge.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;

/**
 * Many ids, or texts, in one statement. Lists are filled up to the next power of two by repeating
 * the last element, so that a few prepared statements serve every length.
 */
public final class IdList {
  private IdList() {}

  /** How many marks a list of this length gets. */
  public static int padded(int length) {
    return length <= 1 ? 1 : Integer.highestOneBit(length - 1) << 1;
  }

  /** What stands between the brackets of {@code IN (...)} for this many elements, at least one. */
  public static String marks(int length) {
    return "?" + ", ?".repeat(padded(length) - 1);
  }

  /**
   * Binds the elements from this index on.
   *
   * @param elements at least one
   * @return the index after the last mark
   */
  public static int bind(PreparedStatement statement, int index, Collection<?> elements)
      throws SQLException {
    int at = index;
    Object last = "";
    for (Object element : elements) {
      last = element;
      statement.setObject(at++, last);
    }
    for (int end = index + padded(elements.size()); at < end; at++) {
      statement.setObject(at, last);
    }
    return at;
  }
}
