package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.OnBothStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Two claimers never hold one lane. */
class ClaimersTest extends OnBothStores {
  private static final int APP = 41;
  private static final int LANES = 400;
  private static final int CLAIMERS = 16;

  private static Ledger ledger(int node) {
    return new Ledger(
        store.transactions(),
        store.ids(),
        node,
        store.clock(),
        new SyncLog(store.ids()),
        new LaneTriggers(),
        new Sweeps(store.ids()));
  }

  @Test
  void sixteenClaimersOfOneAppShareItsLanesWithoutAnyTwice() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < LANES; i += 100) {
      for (String user : newUsers("claim" + i + "-", 100)) {
        expected.add(user);
      }
    }
    // Several nodes work on MariaDB; the embedded store belongs to one.
    int nodes = kind == DatabaseKind.MARIADB ? 4 : 1;
    List<Ledger> ledgers = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      ledgers.add(ledger(node));
    }
    CyclicBarrier together = new CyclicBarrier(CLAIMERS);
    List<Future<List<Lane>>> claims = new ArrayList<>();
    List<Lane> held = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(CLAIMERS)) {
      for (int c = 0; c < CLAIMERS; c++) {
        Ledger ledger = ledgers.get(c % nodes);
        claims.add(
            pool.submit(
                () -> {
                  together.await();
                  List<Lane> mine = new ArrayList<>();
                  int empty = 0;
                  while (empty < 5) {
                    List<Lane> got = ledger.claim(APP, 7, Duration.ofMinutes(10));
                    mine.addAll(got);
                    empty = got.isEmpty() ? empty + 1 : 0;
                  }
                  return mine;
                }));
      }
      for (Future<List<Lane>> claim : claims) {
        held.addAll(claim.get());
      }
    }
    ledgers.forEach(Ledger::close);

    assertThat(held.stream().map(lane -> Long.toString(lane.target())))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(
            intake.rows(
                "SELECT target_id, lease_token FROM lane WHERE app_id = ? AND state = 'leased'"
                    + " ORDER BY target_id",
                APP))
        .as("the tokens in the store are the ones the claimers hold")
        .isEqualTo(
            held.stream()
                .sorted(Comparator.comparingLong(Lane::target))
                .map(l -> List.of(Long.toString(l.target()), Long.toString(l.leaseToken())))
                .toList());
  }

  private static List<String> newUsers(String prefix, int count) throws Exception {
    List<java.util.concurrent.CompletableFuture<dev.idbridge.model.Committed>> sent =
        new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(intake.send(dev.idbridge.testing.Intake.user(prefix + i), APP));
    }
    List<String> ids = new ArrayList<>();
    for (var one : sent) {
      ids.add(dev.idbridge.testing.Intake.result(one).resource().publicId());
    }
    return ids;
  }
}
