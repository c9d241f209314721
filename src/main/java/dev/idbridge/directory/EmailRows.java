package dev.idbridge.directory;

import dev.idbridge.model.Attributes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The look-up rows of users' e-mail addresses, rewritten only where the addresses changed. */
final class EmailRows {
  static final int LONGEST_TYPE = 64;

  private EmailRows() {}

  /** One address as it is looked up; null for what the element leaves out. */
  record Email(@Nullable String type, @Nullable String value) {}

  /** The addresses of a user, in order. */
  static List<Email> of(Attributes user) {
    List<Email> emails = new ArrayList<>();
    for (Object element : user.list("emails")) {
      if (element instanceof Attributes email) {
        Object type = email.get("type");
        Object value = email.get("value");
        emails.add(
            new Email(
                type == null ? null : typeKey(type.toString()),
                value == null ? null : NameKey.of(value.toString())));
      }
    }
    return emails;
  }

  static String typeKey(String type) {
    return TextColumn.cut(NameKey.of(type), LONGEST_TYPE);
  }

  static void write(Connection connection, Collection<Held> users) throws SQLException {
    try (PreparedStatement delete =
            connection.prepareStatement("DELETE FROM directory_email WHERE user_id = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO directory_email (user_id, position, directory_id, type_key, value_key)"
                    + " VALUES (?, ?, ?, ?, ?)")) {
      int deletes = 0;
      int inserts = 0;
      for (Held user : users) {
        if (!user.emailsDirty) {
          continue;
        }
        if (!user.fresh) {
          delete.setLong(1, user.id);
          delete.addBatch();
          deletes++;
        }
        List<Email> emails = user.deleted ? List.of() : of(user.attributes);
        for (int position = 0; position < emails.size(); position++) {
          insert.setLong(1, user.id);
          insert.setInt(2, position);
          insert.setLong(3, user.directory);
          insert.setString(4, emails.get(position).type());
          insert.setString(5, emails.get(position).value());
          insert.addBatch();
          inserts++;
        }
      }
      if (deletes > 0) {
        delete.executeBatch();
      }
      if (inserts > 0) {
        insert.executeBatch();
      }
    }
  }
}
