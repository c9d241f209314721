package dev.idbridge.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.idbridge.ledger.LaneCounts.Counts;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.OnBothStores;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of the ledger again and again, where there are many lanes and nearly all rest. */
class ManyLanesTest extends OnBothStores {
  private static final int MANY = 20_000;

  /** Far below what there is, far above what one look needs. */
  private static final int FEW = 1_000;

  private final AtomicLong nanos = new AtomicLong();

  @BeforeEach
  void fill() throws Exception {
    boolean mariadb = kind == DatabaseKind.MARIADB;
    String numbers =
        mariadb
            ? "SELECT seq AS id FROM seq_1_to_" + MANY
            : "SELECT x AS id FROM SYSTEM_RANGE(1, " + MANY + ")";
    execute(
        "DELETE FROM lane",
        "DELETE FROM app_member",
        "DELETE FROM link",
        "DELETE FROM app",
        "INSERT INTO app (id, name, connector, fingerprint, wanted_fingerprint, follows, grants, state,"
            + " state_reason, paused_by, paused_reason, rules_version, created_at, changed_at)"
            + " VALUES (1, 'crm', 'log', '', '', '', FALSE, 'active', '', '', '', 0, 0, 0),"
            + " (2, 'hr', 'log', '', '', '', FALSE, 'active', '', '', '', 0, 0, 0)",
        "INSERT INTO lane (app_id, kind, target_id, directory_id, state, priority, wanted_seq,"
            + " claimed_seq, applied_seq, in_doubt, doubt_seq, attempts, revived, reason, basis,"
            + " wanted_at, first_cause, last_cause, causes, claimed_first, claimed_last,"
            + " claimed_causes) SELECT 1, 'account', id, 1, 'idle', 1, 1, 1, 1, FALSE, 0, 0, FALSE,"
            + " '', 'none', id, 1, 1, 0, 0, 0, 0 FROM ("
            + numbers
            + ") n",
        "INSERT INTO app_member (app_id, team_id, account_id, state, held, origin, cause, causes,"
            + " attempts, reason) SELECT 1, id - 10 * FLOOR(id / 10), id, 'applied', TRUE, 'OURS',"
            + " 1, 0, 0, '' FROM ("
            + numbers
            + ") n",
        "INSERT INTO link (app_id, kind, resource_id, directory_id, remote_id, label, origin, active,"
            + " applied, parent_id, cause, created_at, changed_at) SELECT 1, 'account', id, 1,"
            + " CONCAT('r', id), 'x', 'OURS', TRUE, '{}', 0, 1, 1, 1 FROM ("
            + numbers
            + ") n",
        "UPDATE lane SET state = 'due', due_at = 5 WHERE target_id IN (7, 8)",
        "UPDATE lane SET state = 'waiting', due_at = NULL WHERE target_id IN (17, 18, 19)",
        "UPDATE app_member SET state = 'parked', parked_at = 1, attempts = 1"
            + " WHERE account_id IN (21, 22)");
    if (mariadb) {
      for (String table : List.of("lane", "app_member", "link")) {
        execute("ANALYZE TABLE " + table);
      }
    }
  }

  private void execute(String... statements) throws SQLException {
    store
        .transactions()
        .run(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                  statement.execute(sql);
                }
              }
              return true;
            });
  }

  private LaneCounts counts() {
    return new LaneCounts(store.entities(), nanos::get);
  }

  @Test
  void everyAppsLanesMembersAndOldestWaitAreCounted() {
    Counts counts = counts().counts();

    assertThat(counts.lanes())
        .containsExactlyInAnyOrder(
            new LaneCounts.Lanes(1, "account", "idle", MANY - 5),
            new LaneCounts.Lanes(1, "account", "due", 2),
            new LaneCounts.Lanes(1, "account", "waiting", 3));
    assertThat(counts.of(1))
        .isEqualTo(
            new LaneCounts.Tally(Map.of("idle", MANY - 5L, "due", 2L, "waiting", 3L), 0, 2, 7));
    assertThat(counts.of(2)).isEqualTo(new LaneCounts.Tally(Map.of(), 0, 0, 0));
  }

  @Test
  void whatIsQuicklyCountedIsCountedEveryTime() throws Exception {
    LaneCounts counts = counts();
    assertThat(counts.counts().of(1).lanes()).containsEntry("due", 2L);

    execute("UPDATE lane SET state = 'due', due_at = 5 WHERE target_id = 9");

    assertThat(counts.counts().of(1).lanes()).containsEntry("due", 3L);
  }

  @Test
  void whatTakesLongToCountIsCountedAgainWhenTwentyTimesAsLongHasPassed() throws Exception {
    long took = TimeUnit.SECONDS.toNanos(2);
    AtomicLong step = new AtomicLong(took);
    LaneCounts counts = new LaneCounts(store.entities(), () -> nanos.getAndAdd(step.get()));
    counts.counts();
    step.set(0);
    execute("UPDATE lane SET state = 'due', due_at = 5 WHERE target_id = 9");

    nanos.addAndGet(LaneCounts.REST * took - took - 1);
    assertThat(counts.counts().of(1).lanes()).containsEntry("due", 2L);

    nanos.addAndGet(1);
    assertThat(counts.counts().of(1).lanes()).containsEntry("due", 3L);
  }

  @Test
  void lookingForWhatWaitsInVainReadsNoLaneThatRests() throws Exception {
    assumeThat(kind).as("counts what it reads").isEqualTo(DatabaseKind.MARIADB);
    Waiters waiters =
        new Waiters(store.transactions(), new LaneTriggers(), store.ids(), store.clock());
    long before = rowsRead();

    int woken = waiters.wakeSatisfied();
    waiters.expireParked(Duration.ofDays(36_500));

    assertThat(rowsRead() - before).isLessThan(FEW);
    assertThat(woken).as("accounts that hold members wait on").isZero();
  }

  private long rowsRead() throws SQLException {
    return store
        .transactions()
        .run(
            (Connection connection) -> {
              try (Statement statement = connection.createStatement();
                  ResultSet found =
                      statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Handler_read%'")) {
                long rows = 0;
                while (found.next()) {
                  rows += found.getLong(2);
                }
                return rows;
              }
            });
  }
}
