package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Notes in the change record what a person did to an app or a dead letter, inside the transaction
 * that does it. Thread-safe.
 */
final class ActRecord {
  private final Ids ids;

  ActRecord(Ids ids) {
    this.ids = ids;
  }

  /**
   * @param type App or DeadLetter
   * @param by who acts, as the admin API or the command line tells
   * @param detail one sentence; no personal data, no secrets
   * @return id of the record: the cause of what follows from the act
   */
  long append(
      Connection connection,
      long at,
      String type,
      long resource,
      String action,
      String by,
      String detail)
      throws SQLException {
    long id = ids.next();
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO change_record (id, at, directory_id, resource_type, resource_id, version,
                action, token_id, actor, request_id, address, detail)
            VALUES (?, ?, 0, ?, ?, 0, ?, 0, ?, '', '', ?)
            """)) {
      insert.setLong(1, id);
      insert.setLong(2, at);
      insert.setString(3, type);
      insert.setLong(4, resource);
      insert.setString(5, action);
      insert.setString(6, SyncLog.bounded(by, 128));
      insert.setString(7, SyncLog.bounded(detail, 2048));
      insert.executeUpdate();
    }
    return id;
  }
}
