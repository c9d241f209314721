package dev.idbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.MemoryBridge;
import dev.idbridge.admin.PageRequest;
import dev.idbridge.admin.SyncLogQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncLogFollowerTest {

  @Test
  void everyLineIsShownOnceAlsoOneThatBecomesVisibleAfterAYoungerOne() {
    MemoryBridge bridge = new MemoryBridge();
    bridge.ledger.effect(100, "crm", "SUCCESS", "a").effect(103, "crm", "SUCCESS", "b");
    SyncLogQuery query =
        new SyncLogQuery(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Instant.parse("2026-01-01T00:00:00Z"),
            null,
            true,
            new PageRequest(1, null));
    List<String> shown = new ArrayList<>();

    new SyncLogFollower(
            bridge.operations(),
            query,
            line -> {
              shown.add(line.target());
              if (shown.size() == 2) {
                bridge
                    .ledger
                    .effect(101, "crm", "SUCCESS", "late")
                    .effect(104, "crm", "SUCCESS", "c");
              }
              return shown.size() < 4;
            },
            Clock.systemUTC())
        .run();

    assertThat(shown).containsExactly("a", "b", "late", "c");
  }
}
