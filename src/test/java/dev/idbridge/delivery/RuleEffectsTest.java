package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.directory.JdbcTargets;
import dev.idbridge.ledger.HeldRows;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What rules would change, when looking at everybody takes longer than anybody waits. */
class RuleEffectsTest {
  private static RuleEffects effects(TestBridge bridge) {
    App app = bridge.apps.getFirst();
    return new RuleEffects(
        app,
        app.config(),
        new JdbcTargets(bridge.store.transactions()),
        bridge.ledger,
        new HeldRows(bridge.store.transactions()));
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void lookingEndsInTimeAndSaysSoAndThatCountsAreOfWhomItSaw(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      for (int i = 0; i < 230; i++) {
        bridge.user("many" + i);
      }

      RuleEffects.Effects cut = effects(bridge).within(Duration.ZERO);
      assertThat(cut.whole()).isFalse();
      assertThat(cut.users()).as("one page").isEqualTo(200);
      assertThat(cut.counts()).isEqualTo(Map.of("create", 200L));
      assertThat(cut.first()).as("examples are few").hasSize(10);

      RuleEffects.Effects whole = effects(bridge).within(Duration.ofMinutes(1));
      assertThat(whole.whole()).isTrue();
      assertThat(whole.counts()).isEqualTo(Map.of("create", 230L));
    }
  }
}
