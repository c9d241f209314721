package dev.idbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.OnBothStores;
import dev.idbridge.testing.SettableClock;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreTest extends OnBothStores {
  @Test
  void everyEntityFitsItsTable() {
    assertThat(store.entities().getMetamodel().getEntities())
        .hasSize(Databases.ENTITIES.size() + 2);
  }

  @Test
  void aTableThatWasChangedByHandIsToldAtTheStart() {
    try (Databases other = Databases.fresh(kind)) {
      try (Store first = other.open()) {
        execute(first, "ALTER TABLE directory_email RENAME COLUMN value_key TO other_key");
      }
      assertThatThrownBy(other::open)
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("value_key")
          .hasMessageContaining("changed by hand");
    }
  }

  @Test
  void aMigrationThatWasChangedAfterItRanIsToldAtTheStart() {
    try (Databases other = Databases.fresh(kind)) {
      try (Store first = other.open()) {
        String history =
            kind == DatabaseKind.H2 ? "\"flyway_schema_history\"" : "flyway_schema_history";
        execute(first, "UPDATE " + history + " SET checksum = 1 WHERE version = '012'");
      }
      assertThatThrownBy(other::open)
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("brought up to this version");
    }
  }

  @Test
  void aThreadThatIsInterruptedInsideTheStoreHarmsNobodyElse() throws Exception {
    for (int i = 0; i < 20; i++) {
      String name = "interrupted" + i;
      Thread worker =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      store
                          .transactions()
                          .run(
                              connection -> {
                                try (Statement statement = connection.createStatement()) {
                                  statement.execute("CREATE TABLE " + name + " (id INT)");
                                  // The commit writes the file of the embedded store.
                                  Thread.currentThread().interrupt();
                                  return statement.execute("DROP TABLE " + name);
                                }
                              });
                    } catch (Exception | AssertionError e) {
                      // Its own work may fail: it was told to end.
                    }
                  });
      worker.join();
    }

    assertThat(intake.readUser(intake.newUser("after the interrupts")).active()).isTrue();
  }

  private static void execute(Store store, String sql) {
    store
        .transactions()
        .run(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
              }
            });
  }

  @Test
  void aBatchOfUpdatesTellsWhichRowsItChanged() {
    int[] counts =
        store
            .transactions()
            .run(
                connection -> {
                  try (PreparedStatement insert =
                      connection.prepareStatement(
                          "INSERT INTO node (number, started_at, heartbeat_at, host, version, pid)"
                              + " VALUES (?, 1, 1, 'h', 'v', 1)")) {
                    for (int number = 210; number < 214; number++) {
                      insert.setInt(1, number);
                      insert.addBatch();
                    }
                    insert.executeBatch();
                  }
                  try (PreparedStatement update =
                      connection.prepareStatement(
                          "UPDATE node SET heartbeat_at = 2 WHERE number = ? AND started_at = ?")) {
                    for (int number = 210; number < 214; number++) {
                      update.setInt(1, number);
                      update.setLong(2, number == 212 ? 99 : 1);
                      update.addBatch();
                    }
                    int[] changed = update.executeBatch();
                    connection.rollback();
                    return changed;
                  }
                });
    assertThat(counts).containsExactly(1, 1, 0, 1);
  }

  @Test
  void textThatDiffersInAccentsCaseOrTrailingSpaceIsDifferentToTheDatabase() {
    String[] names = {"jose", "josé", "Jose", "jose ", "ﬁ", "𝒜"};
    for (String name : names) {
      execute(
          store,
          "INSERT INTO directory (id, name, mode, dialect, heard_dialect, strictness,"
              + " remove_all_members, unknown_attributes, foreign_emails, created_at) VALUES ("
              + store.ids().next()
              + ", '"
              + name
              + "', 'SCIM', 'auto', '', 'lenient', 'auto', 'auto', 'allow', 0)");
    }
    assertThat(intake.rows("SELECT name FROM directory WHERE name = ?", "jose"))
        .containsExactly(List.of("jose"));
    assertThat(intake.rows("SELECT name FROM directory WHERE name <> 'default' ORDER BY id"))
        .extracting(List::getFirst)
        .containsExactly(names);
  }

  @Test
  void connectionsReadCommittedAndDoNotCommitByThemselves() {
    store
        .transactions()
        .run(
            connection -> {
              assertThat(connection.getAutoCommit()).isFalse();
              assertThat(connection.getTransactionIsolation())
                  .isEqualTo(java.sql.Connection.TRANSACTION_READ_COMMITTED);
              if (kind == DatabaseKind.H2) {
                try (PreparedStatement query =
                        connection.prepareStatement(
                            "SELECT setting_value FROM information_schema.settings"
                                + " WHERE setting_name = 'WRITE_DELAY'");
                    ResultSet row = query.executeQuery()) {
                  assertThat(row.next()).isTrue();
                  assertThat(row.getString(1)).isEqualTo("0");
                }
              }
              return true;
            });
  }

  @Test
  void eachDaemonHasANumberOfItsOwnAndLosesItAfterSilence() {
    Transactions transactions = store.transactions();
    Clock clock = store.clock();
    assertThat(store.heartbeat()).isTrue();
    if (kind == DatabaseKind.H2) {
      // The embedded store has one daemon: whatever stands there was left by a dead one.
      assertThat(Node.take(transactions, clock).number()).isEqualTo(store.node().number());
      assertThat(store.node().heartbeat()).isFalse();
      return;
    }
    Node second = Node.take(transactions, clock);
    Node third = Node.take(transactions, clock);
    assertThat(List.of(store.node().number(), second.number(), third.number()))
        .containsExactly(0, 1, 2);
    second.release();
    assertThat(Node.take(transactions, clock).number()).isEqualTo(1);
    Clock later = Clock.offset(clock, Node.SILENCE.plusSeconds(1));
    assertThat(Node.take(transactions, later).number()).isEqualTo(0);
    assertThat(store.node().heartbeat()).isFalse();
    assertThat(third.heartbeat()).isTrue();
  }

  @Test
  void aDaemonThatSleptMakesNoIdsWithANumberThatMayBeAnothers() {
    if (kind == DatabaseKind.H2) {
      return;
    }
    SettableClock clock = new SettableClock(Instant.now());
    try (Databases other = Databases.fresh(kind)) {
      Store sleeper = other.open(clock);
      assertThat(sleeper.keepNumber()).isTrue();
      long before = sleeper.ids().next();

      clock.forward(Node.SILENCE.plusSeconds(1));
      assertThat(sleeper.ids().next()).as("nobody took it meanwhile").isGreaterThan(before);

      clock.forward(Node.SILENCE.plusSeconds(1));
      Clock later = Clock.offset(Clock.systemUTC(), Node.SILENCE.plusSeconds(200));
      assertThat(Node.take(sleeper.transactions(), later).number()).isEqualTo(0);
      assertThatThrownBy(sleeper.ids()::next)
          .as("before anybody told it")
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("node number 0");
      assertThat(sleeper.keepNumber()).isFalse();
      assertThatThrownBy(sleeper.ids()::next).isInstanceOf(StoreUnavailable.class);
    }
  }

  @Test
  void theClockFollowsTheDatabaseNotTheMachine() {
    try (Databases other = Databases.fresh(kind)) {
      Clock wrong = Clock.offset(Clock.systemUTC(), java.time.Duration.ofHours(-3));
      try (Store store = Store.open(other.settings(), Databases.ENTITIES, wrong)) {
        long ahead = store.clock().millis() - System.currentTimeMillis();
        if (kind == DatabaseKind.MARIADB) {
          assertThat(ahead).isBetween(-2_000L, 2_000L);
        } else {
          assertThat(ahead).isBetween(-10_802_000L, -10_798_000L);
        }
      }
    }
  }

  @Test
  void oldSyncLinesAndChangeRecordsArePurgedByNamedQueries() throws Exception {
    String id = intake.newUser("purged");
    long soon = store.clock().millis() + 1_000;
    for (String name : List.of("SyncLogRow.purge", "ChangeRow.purge")) {
      int purged =
          store
              .entityTransactions()
              .run(
                  manager ->
                      manager.createNamedQuery(name).setParameter("before", soon).executeUpdate());
      assertThat(purged).isPositive();
    }
    assertThat(intake.rows("SELECT id FROM sync_log WHERE resource_id = ?", Long.parseLong(id)))
        .isEmpty();
  }
}
