package dev.idbridge.store;

import static dev.idbridge.store.DatabaseKind.H2;
import static dev.idbridge.store.DatabaseKind.MARIADB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.testing.OnBothStores;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Works on the table of dead letters, whose unique index makes conflicts. */
class GroupCommitTest extends OnBothStores {
  private static final AtomicInteger APP = new AtomicInteger(100);
  private final int app = APP.incrementAndGet();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final List<GroupCommit<?, ?>> opened = new ArrayList<>();

  @AfterEach
  void close() {
    gate.countDown();
    opened.forEach(GroupCommit::close);
  }

  private <R> GroupCommit<Integer, R> commit(
      int most, int capacity, GroupCommit.Handler<Integer, R> handler) {
    GroupCommit<Integer, R> commit =
        new GroupCommit<>("test", store.transactions(), 1, most, capacity, handler);
    opened.add(commit);
    return commit;
  }

  private void insert(Connection connection, int target) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO dead_letter (id, at, app_id, kind, target_id, member_id, name, action,"
                + " reason, attempts, first_failed_at, first_cause, last_cause)"
                + " VALUES (?, 0, ?, 'team', ?, 0, '', '', '', 0, 0, 0, 0)")) {
      insert.setLong(1, store.ids().next());
      insert.setInt(2, app);
      insert.setInt(3, target);
      insert.addBatch();
      insert.executeBatch();
    }
  }

  private List<String> stored() {
    return intake
        .rows("SELECT target_id FROM dead_letter WHERE app_id = ? ORDER BY target_id", app)
        .stream()
        .map(List::getFirst)
        .toList();
  }

  private static Throwable failure(CompletableFuture<?> future) throws Exception {
    try {
      future.get(30, TimeUnit.SECONDS);
      return new AssertionError("it succeeded");
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** The first item waits at the gate, so that the later ones gather to one batch. */
  private GroupCommit.Handler<Integer, Integer> inserting(AtomicInteger batches) {
    return (connection, items) -> {
      batches.incrementAndGet();
      for (GroupCommit.Item<Integer, Integer> item : items) {
        if (item.request() == 0) {
          await(gate);
        }
        insert(connection, Math.abs(item.request()));
        item.done(items.size());
      }
    };
  }

  /** Sends the item that waits at the gate, and sees it taken. */
  private static void hold(GroupCommit<Integer, Integer> commit) {
    commit.submit(0);
    while (commit.waiting() > 0) {
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aConflictFailsItsOwnItemAlone() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    GroupCommit<Integer, Integer> commit = commit(256, 100, inserting(batches));
    hold(commit);
    List<CompletableFuture<Integer>> sent = new ArrayList<>();
    for (int target : new int[] {1, 2, -1, 3}) {
      sent.add(commit.submit(target));
    }
    gate.countDown();
    for (int i : new int[] {0, 1, 3}) {
      assertThat(sent.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }
    assertThat(failure(sent.get(2)))
        .isInstanceOfSatisfying(StatementRefused.class, e -> assertThat(e.duplicate()).isTrue());
    assertThat(stored()).containsExactly("0", "1", "2", "3");
  }

  @Test
  void whatGathersWhileACommitRunsSharesTheNextOne() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    GroupCommit<Integer, Integer> commit = commit(256, 300, inserting(batches));
    hold(commit);
    List<CompletableFuture<Integer>> sent = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      sent.add(commit.submit(i));
    }
    gate.countDown();
    for (CompletableFuture<Integer> one : sent) {
      assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(200);
    }
    assertThat(batches.get()).isEqualTo(2);
    assertThat(stored()).hasSize(201);
  }

  @Test
  void whoSendsLittleWaitsForNobodyWhoSendsMuch() throws Exception {
    List<Integer> order = new ArrayList<>();
    GroupCommit.Handler<Integer, Integer> held = inserting(new AtomicInteger());
    GroupCommit.Handler<Integer, Integer> handler =
        new GroupCommit.Handler<>() {
          @Override
          public void apply(Connection connection, List<GroupCommit.Item<Integer, Integer>> items)
              throws SQLException {
            held.apply(connection, items);
            items.forEach(item -> order.add(item.request()));
          }

          @Override
          public Object sharer(Integer request) {
            return request / 100;
          }
        };
    GroupCommit<Integer, Integer> commit = commit(4, 100, handler);
    hold(commit);
    List<CompletableFuture<Integer>> sent = new ArrayList<>();
    for (int target : new int[] {101, 102, 103, 104, 105, 106, 201, 202}) {
      sent.add(commit.submit(target));
    }
    gate.countDown();
    for (CompletableFuture<Integer> one : sent) {
      one.get(30, TimeUnit.SECONDS);
    }
    assertThat(order).containsExactly(0, 101, 201, 102, 202, 103, 104, 105, 106);
  }

  @Test
  void aTransactionThatTakesLongIsNotWaitedFor() throws Exception {
    assumeThat(store.kind()).as("the other store's transactions write in turn").isEqualTo(MARIADB);
    try (GroupCommit<Integer, Integer> commit =
        new GroupCommit<>(
            "test", store.transactions(), 2, 256, 100, inserting(new AtomicInteger()))) {
      hold(commit);
      assertThat(commit.submit(1).get(30, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(stored()).as("the other one is not committed").containsExactly("1");
      gate.countDown();
    }
  }

  @Test
  void anItemIsRefusedWithoutItsNeighboursAndHearsItAfterTheCommit() throws Exception {
    GroupCommit<Integer, Integer> commit =
        commit(
            256,
            100,
            (connection, items) -> {
              for (GroupCommit.Item<Integer, Integer> item : items) {
                if (item.request() == 2) {
                  item.refuse(new IllegalArgumentException("two"));
                } else {
                  insert(connection, item.request());
                  item.done(item.request());
                }
              }
            });
    CompletableFuture<Integer> one = commit.submit(1);
    CompletableFuture<Integer> two = commit.submit(2);
    assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(failure(two)).hasMessage("two");
    assertThat(stored()).containsExactly("1");
  }

  @Test
  void aFullQueueRefusesAtOnceAndClosingFinishesWhatWaits() throws Exception {
    GroupCommit<Integer, Integer> commit = commit(1, 2, inserting(new AtomicInteger()));
    hold(commit);
    CompletableFuture<Integer> first = commit.submit(1);
    CompletableFuture<Integer> second = commit.submit(2);
    assertThat(failure(commit.submit(3)))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("2 writes wait already");
    gate.countDown();
    commit.close();
    assertThat(first.get(1, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(second.get(1, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(failure(commit.submit(4)))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("closed");
    assertThat(stored()).containsExactly("0", "1", "2");
  }

  @Test
  void aHandlerThatBreaksStoresNothingAndLeavesNobodyWaiting() throws Exception {
    GroupCommit<Integer, Integer> commit =
        commit(
            256,
            100,
            (connection, items) -> {
              for (GroupCommit.Item<Integer, Integer> item : items) {
                insert(connection, item.request());
                switch (item.request()) {
                  case 1 -> throw new IllegalStateException("broken");
                  case 2 -> throw new AssertionError("worse");
                  case 3 -> insert(connection, 33);
                  default -> item.done(item.request());
                }
              }
            });
    assertThat(failure(commit.submit(1))).hasMessage("broken");
    assertThat(failure(commit.submit(2))).hasMessage("worse");
    assertThat(failure(commit.submit(3))).hasMessageContaining("without an outcome");
    assertThat(commit.submit(4).get(30, TimeUnit.SECONDS)).isEqualTo(4);
    assertThat(stored()).containsExactly("4");
  }

  @Test
  void aDeadlockIsRunAgain() {
    assumeThat(store.kind()).as("the other store's transactions write in turn").isEqualTo(MARIADB);
    for (int target : new int[] {1, 2}) {
      store
          .transactions()
          .run(
              connection -> {
                insert(connection, target);
                return target;
              });
    }
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger runs = new AtomicInteger();
    Thread other = Thread.ofPlatform().start(() -> crossing(2, 1, both, runs));
    crossing(1, 2, both, runs);
    assertThatThrownBy(
            () ->
                store
                    .transactions()
                    .run(
                        connection -> {
                          insert(connection, 1);
                          return 0;
                        }))
        .isInstanceOf(StatementRefused.class);
    try {
      other.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(runs.get()).isGreaterThan(2);
    assertThat(intake.rows("SELECT attempts FROM dead_letter WHERE app_id = ?", app))
        .containsExactly(List.of("2"), List.of("2"));
  }

  @Test
  void transactionsOfTheEmbeddedStoreWriteInTurnAndReadsWaitForNobody() throws Exception {
    assumeThat(store.kind()).isEqualTo(H2);
    CompletableFuture<Integer> second = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    Transactions transactions = store.transactions();
    transactions.run(
        first -> {
          insert(first, 1);
          Thread unused =
              Thread.ofPlatform()
                  .start(
                      () ->
                          second.complete(
                              transactions.run(
                                  connection -> {
                                    asked.countDown();
                                    insert(connection, 2);
                                    return 2;
                                  })));
          await(asked);
          assertThat(stored()).as("read beside it").isEmpty();
          assertThat(second.isDone()).isFalse();
          return 1;
        });
    assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(stored()).containsExactly("1", "2");
  }

  /** Locks one row, waits until the other thread has locked its own, then wants that one too. */
  private void crossing(int first, int second, CountDownLatch both, AtomicInteger runs) {
    store
        .transactions()
        .run(
            connection -> {
              runs.incrementAndGet();
              raise(connection, first);
              both.countDown();
              await(both);
              return raise(connection, second);
            });
  }

  private int raise(Connection connection, int target) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE dead_letter SET attempts = attempts + 1 WHERE app_id = ? AND target_id = ?"
                + " AND kind = 'team' AND member_id = 0")) {
      update.setInt(1, app);
      update.setInt(2, target);
      return update.executeUpdate();
    }
  }

  @Test
  void workThatThrowsLeavesNothingBehind() {
    assertThatThrownBy(
            () ->
                store
                    .transactions()
                    .run(
                        connection -> {
                          insert(connection, 1);
                          throw new IllegalArgumentException("no");
                        }))
        .hasMessage("no");
    assertThat(stored()).isEmpty();
    boolean usable =
        store
            .transactions()
            .run(
                connection -> {
                  try (PreparedStatement one = connection.prepareStatement("SELECT 1");
                      ResultSet row = one.executeQuery()) {
                    return row.next();
                  }
                });
    assertThat(usable).isTrue();
  }
}
