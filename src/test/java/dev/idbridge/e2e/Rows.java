package dev.idbridge.e2e;

import dev.idbridge.store.StoreSettings;
import dev.idbridge.testing.Databases;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Rows of a database, read past the daemon; on H2, once that has ended. */
final class Rows implements AutoCloseable {
  private final Connection connection;

  Rows(Databases database) {
    StoreSettings store = database.settings();
    try {
      connection =
          DriverManager.getConnection(
              store.url()
                  + (store.url().startsWith("jdbc:h2:")
                      ? ";DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
                      : ""),
              store.user() == null ? "" : store.user(),
              "");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Columns with a blank between them. */
  List<String> of(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (found.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
          row.append(i == 1 ? "" : " ").append(found.getString(i));
        }
        rows.add(row.toString());
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
