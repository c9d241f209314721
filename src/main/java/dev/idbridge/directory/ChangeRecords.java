package dev.idbridge.directory;

import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.model.ResourceType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Appends change records; their ids rise with time. */
final class ChangeRecords {
  private ChangeRecords() {}

  /**
   * Who did what to which resource.
   *
   * @param detail names of attributes and numbers of members: no personal data
   */
  record Entry(
      long id,
      long at,
      long directory,
      ResourceType type,
      long resource,
      long version,
      String action,
      Actor by,
      String detail) {}

  static void append(Connection connection, List<Entry> entries) throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO change_record (id, at, directory_id, resource_type, resource_id, version,
                action, token_id, actor, request_id, address, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      for (Entry entry : entries) {
        insert.setLong(1, entry.id());
        insert.setLong(2, entry.at());
        insert.setLong(3, entry.directory());
        insert.setString(4, entry.type().word());
        insert.setLong(5, entry.resource());
        insert.setLong(6, entry.version());
        insert.setString(7, entry.action());
        insert.setLong(8, entry.by().token());
        insert.setString(9, bounded(entry.by().name(), 128));
        insert.setString(10, bounded(entry.by().requestId(), 64));
        insert.setString(11, bounded(entry.by().address(), 64));
        insert.setString(12, bounded(entry.detail(), 2048));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** At most so many characters, never half a surrogate pair. */
  static String bounded(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end);
  }
}
