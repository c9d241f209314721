package dev.idbridge.directory;

import dev.idbridge.directory.EmailRows.Email;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.UserChange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses e-mail addresses that users of another directory have, inside one transaction. Several
 * users of one directory may share an address, so that no unique key can hold this: transactions
 * that may add addresses to such a directory go one after the other, by one locked row. Costs
 * nothing where no directory asks for it.
 */
final class ForeignEmails {
  private final Connection connection;
  private final LongPredicate refusing;
  private final Map<String, Set<Long>> added = new HashMap<>();
  private boolean watching;

  /**
   * @param refusing whether a directory takes no address of another
   */
  ForeignEmails(Connection connection, LongPredicate refusing) {
    this.connection = connection;
    this.refusing = refusing;
  }

  /** Before any other row is locked. */
  void lock(List<ChangeRequest> requests) throws SQLException {
    watching =
        requests.stream()
            .anyMatch(
                request ->
                    request.change() instanceof UserChange change
                        && !(change instanceof UserChange.Delete)
                        && refusing.test(request.directory()));
    if (watching) {
      try (PreparedStatement lock =
              connection.prepareStatement(
                  "SELECT name FROM write_lock WHERE name = 'emails' FOR UPDATE");
          ResultSet row = lock.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("the row 'emails' of write_lock is gone; put it back");
        }
      }
    }
  }

  /**
   * Notes the addresses that a user gets, unless one is somebody else's.
   *
   * @param before what the user says now; {@link Attributes#NONE} for a new one
   */
  void check(long directory, Attributes before, Attributes after)
      throws SQLException, ChangeRefused {
    if (!watching) {
      return;
    }
    Set<String> fresh = keys(after);
    fresh.removeAll(keys(before));
    if (fresh.isEmpty()) {
      return;
    }
    if (refusing.test(directory)) {
      String foreign = foreign(directory, fresh);
      if (foreign != null) {
        throw new ChangeRefused(
            Reason.UNIQUENESS,
            "e-mail address '%s' belongs to a user of another directory, and this directory takes"
                    .formatted(foreign)
                + " none of those (foreign-emails=refuse). Use another address, or take it from"
                + " that user first");
      }
    }
    fresh.forEach(key -> added.computeIfAbsent(key, k -> new HashSet<>()).add(directory));
  }

  private static Set<String> keys(Attributes user) {
    return EmailRows.of(user).stream()
        .map(Email::value)
        .filter(key -> key != null && !key.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private @Nullable String foreign(long directory, Set<String> keys) throws SQLException {
    for (String key : keys) {
      if (added.getOrDefault(key, Set.of()).stream().anyMatch(owner -> owner != directory)) {
        return key;
      }
      try (PreparedStatement query =
          connection.prepareStatement(
              "SELECT e.user_id FROM directory_email e JOIN directory d ON d.id = e.directory_id"
                  + " WHERE e.value_key = ? AND e.directory_id <> ? AND d.deleted_at IS NULL"
                  + " LIMIT 1")) {
        query.setString(1, key);
        query.setLong(2, directory);
        try (ResultSet row = query.executeQuery()) {
          if (row.next()) {
            return key;
          }
        }
      }
    }
    return null;
  }
}
