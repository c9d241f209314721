package dev.idbridge.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.testing.Databases;
import java.sql.PreparedStatement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class StoreTest {
  @Parameter DatabaseKind kind;
  Databases database;

  @BeforeEach
  void fresh() {
    database = Databases.fresh(kind);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void migrationsRunAndEveryEntityFitsItsTable() {
    long start = System.nanoTime();
    Store store = database.open();
    System.out.println(kind + " first open " + (System.nanoTime() - start) / 1_000_000 + " ms");
    assertThat(store.entities().getMetamodel().getEntities()).hasSize(Databases.ENTITIES.size() + 1);
    assertThat(store.node().number()).isZero();
    store.close();
    for (int i = 0; i < 3; i++) {
      start = System.nanoTime();
      try (Store again = Store.open(database.settings(), Databases.ENTITIES)) {
        System.out.println(kind + " open again " + (System.nanoTime() - start) / 1_000_000 + " ms");
      }
    }
  }

  @Test
  void aBatchOfUpdatesTellsWhichRowsItChanged() {
    Store store = database.open();
    int[] counts =
        store
            .transactions()
            .run(
                connection -> {
                  try (PreparedStatement insert =
                      connection.prepareStatement(
                          "INSERT INTO node (number, started_at, heartbeat_at, host, version)"
                              + " VALUES (?, 1, 1, 'h', 'v')")) {
                    for (int number = 10; number < 14; number++) {
                      insert.setInt(1, number);
                      insert.addBatch();
                    }
                    insert.executeBatch();
                  }
                  try (PreparedStatement update =
                      connection.prepareStatement(
                          "UPDATE node SET heartbeat_at = 2 WHERE number = ? AND started_at = ?")) {
                    for (int number = 10; number < 14; number++) {
                      update.setInt(1, number);
                      update.setLong(2, number == 12 ? 99 : 1);
                      update.addBatch();
                    }
                    return update.executeBatch();
                  }
                });
    assertThat(counts).containsExactly(1, 1, 0, 1);
  }
}
