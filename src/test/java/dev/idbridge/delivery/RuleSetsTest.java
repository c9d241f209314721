package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.ledger.AppRegister;
import dev.idbridge.ledger.AppRegister.Entry;
import dev.idbridge.ledger.AppRegister.Registered;
import dev.idbridge.ledger.RuleSets;
import dev.idbridge.ledger.RuleSets.Proposed;
import dev.idbridge.ledger.RuleSets.RuleSet;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.store.DatabaseKind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Versions of an app's rules, and the nodes that plan under them. */
final class RuleSetsTest {
  private static final long NOTICE = 3_000;

  private static Proposed proposed(String body) {
    return new Proposed(body, "policies", true, List.of("Staff"));
  }

  private static Entry entry(@Nullable String rules) {
    return new Entry("crm", "log", "log", rules, "policies", false, List.of());
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoWhoEditTheSameRulesOneIsToldAndStartsOfNodesKeepWhatWasEdited(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      Sweeps sweeps = new Sweeps(bridge.store.ids());
      RuleSets sets =
          new RuleSets(
              bridge.store.transactions(), sweeps, bridge.store.ids(), bridge.clock, NOTICE);
      AppRegister register =
          new AppRegister(bridge.store.transactions(), sweeps, bridge.clock, NOTICE);
      Registered fresh = register.register(entry(null), List.of(1L));
      assertThat(fresh.rulesVersion()).as("nobody set rules yet").isZero();
      assertThat(bridge.rows("SELECT id FROM sweep")).isEmpty();

      assertThat(sets.activate("crm", 0, proposed("one"), "ada")).isEqualTo(1);
      assertThat(sets.activate("crm", 0, proposed("other"), "bob")).as("ada was first").isZero();
      assertThat(sets.activate("nobody", 0, proposed("other"), "bob")).isZero();
      assertThat(sets.list(fresh.id(), Long.MAX_VALUE, 10))
          .extracting(RuleSet::version, RuleSet::source, RuleSet::body, RuleSet::by)
          .containsExactly(org.assertj.core.groups.Tuple.tuple(1L, "api", "one", "ada"));
      assertThat(bridge.rows("SELECT action, actor FROM change_record WHERE resource_type = 'App'"))
          .containsExactly("RULES ada");
      assertThat(bridge.rows("SELECT grants FROM app")).hasSize(1);
      assertThat(bridge.rows("SELECT * FROM scope_group")).hasSize(1);
      assertThat(bridge.rows("SELECT lease_until - created_at FROM sweep"))
          .as("nobody plans under the old rules when the sweep begins")
          .containsExactly(Long.toString(NOTICE));

      // A node that starts with the same file takes over what was edited, and changes nothing.
      assertThat(register.register(entry(null), List.of(1L)).rulesVersion()).isEqualTo(1);
      assertThat(bridge.rows("SELECT * FROM scope_group")).hasSize(1);
      // One whose file says otherwise is a version of its own, at its start only.
      assertThat(register.register(entry("of a file"), List.of(1L)).rulesVersion()).isEqualTo(2);
      assertThat(sets.activate("crm", 1, proposed("late"), "ada")).isZero();
      assertThat(register.register(entry(null), List.of(1L)).rulesVersion()).isEqualTo(2);
      assertThat(sets.find(fresh.id(), 2).orElseThrow().source()).isEqualTo("file");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNewAppAndANewDirectoryAreSweptWhenEveryNodeMakesItsLanesDue(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      Sweeps sweeps = new Sweeps(bridge.store.ids());
      AppRegister register =
          new AppRegister(bridge.store.transactions(), sweeps, bridge.clock, NOTICE);
      String begins = "SELECT root_id, lease_until - created_at FROM sweep ORDER BY root_id";

      register.register(entry("rules"), List.of(1L));
      assertThat(bridge.rows(begins)).containsExactly("1 " + NOTICE);
      register.register(entry("rules"), List.of(1L, 2L));
      assertThat(bridge.rows(begins)).containsExactly("1 " + NOTICE, "2 " + NOTICE);
    }
  }
}
