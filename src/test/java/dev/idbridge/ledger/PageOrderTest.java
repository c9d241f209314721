package dev.idbridge.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Databases;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page costs on the embedded store, however much lies behind it. */
class PageOrderTest {

  @ParameterizedTest
  @ValueSource(strings = {LaneClaims.DUE, MemberWork.SELECT})
  void aPageIsReadAlongAnIndexAndNotSortedOutOfEverything(String page) throws Exception {
    try (Databases database = Databases.fresh(DatabaseKind.H2)) {
      String plan =
          database
              .open()
              .transactions()
              .run(
                  connection -> {
                    try (PreparedStatement explain =
                        connection.prepareStatement("EXPLAIN " + page)) {
                      for (int i = 1;
                          i <= explain.getParameterMetaData().getParameterCount();
                          i++) {
                        explain.setInt(i, 1);
                      }
                      try (ResultSet found = explain.executeQuery()) {
                        found.next();
                        return found.getString(1);
                      }
                    }
                  });
      assertThat(plan).contains("index sorted");
    }
  }
}
