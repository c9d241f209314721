package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Appends lines to the sync log inside the caller's transaction. Thread-safe. */
public final class SyncLog {
  private static final String INSERT =
      """
      INSERT INTO sync_log (id, at, direction, directory_id, app_id, action, resource_type,
          resource_id, resource_name, member_id, remote_id, outcome, reason, first_cause,
          last_cause, causes, attempt, request_id, token_id, status, scim_type)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private final Ids ids;

  public SyncLog(Ids ids) {
    this.ids = ids;
  }

  public void append(Connection connection, List<SyncLine> lines) throws SQLException {
    if (lines.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (SyncLine line : lines) {
        insert.setLong(1, ids.next());
        insert.setLong(2, line.at());
        insert.setString(3, line.direction());
        insert.setLong(4, line.directory());
        insert.setInt(5, line.app());
        insert.setString(6, line.action().name());
        insert.setString(7, line.resourceType());
        insert.setLong(8, line.resourceId());
        insert.setString(9, bounded(line.resourceName(), 256));
        insert.setLong(10, line.memberId());
        insert.setString(11, bounded(line.remoteId(), 512));
        insert.setString(12, line.outcome().name());
        insert.setString(13, bounded(line.reason(), 1024));
        insert.setLong(14, line.firstCause());
        insert.setLong(15, line.lastCause());
        insert.setInt(16, line.causes());
        insert.setInt(17, line.attempt());
        insert.setString(18, bounded(line.requestId(), 64));
        insert.setLong(19, line.token());
        insert.setInt(20, line.status());
        insert.setString(21, line.scimType());
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
