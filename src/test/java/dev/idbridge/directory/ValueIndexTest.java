package dev.idbridge.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.directory.ValueIndexKeeper.Declared;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import dev.idbridge.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValueIndexTest extends OnBothStores {
  private static final AttributePath TITLE = AttributePath.core("title");
  private static final Filter CHIEF = new Filter.Compare(TITLE, Filter.Operator.SW, "CHIEF");

  private ValueIndexKeeper keeper(Duration grace) {
    return new ValueIndexKeeper(
        store.transactions(), store.ids(), store.clock(), ScimSchema.STANDARD, grace);
  }

  private static UserChange.Create user(String name, String title) {
    return new UserChange.Create(Attributes.of(Map.of("userName", name, "title", title)));
  }

  private List<String> found(ValueIndex index) throws ChangeRefused {
    return new JpaResources(
            store.entityTransactions(), ScimSchema.STANDARD, index, new QueryLimits(1_000))
            .list(Search.of(intake.directory, ResourceType.USER, CHIEF, 1, 1_000, false))
            .resources()
            .stream()
            .map(Resource::publicId)
            .toList();
  }

  @Test
  void anAttributeDeclaredLaterIsFilledInPagesWhileWritesGoOn() throws ChangeRefused {
    List<String> chiefs = new ArrayList<>();
    for (int i = 0; i < 450; i++) {
      String title = i % 10 == 0 ? "Chief " + i : "Clerk";
      String id = intake.apply(user("later-" + i, title)).resource().publicId();
      if (i % 10 == 0) {
        chiefs.add(id);
      }
    }
    ValueIndexKeeper keeper = keeper(Duration.ZERO);
    keeper.declare(List.of(new Declared(ResourceType.USER, TITLE)));
    try (JdbcChangeWriter writer =
        new JdbcChangeWriter(
            store.transactions(),
            store.ids(),
            store.clock(),
            new LaneTriggers(),
            new SyncLog(store.ids()),
            new Sweeps(store.ids()),
            ScimSchema.STANDARD,
            keeper.index(),
            directory -> false,
            ScopeWatch.NONE)) {
      assertThat(keeper.index().answering(ResourceType.USER, TITLE)).isZero();
      assertThat(found(keeper.index())).containsExactlyElementsOf(chiefs);
      assertThat(keeper.work()).isTrue();
      // One that is filled, one that is not yet, and one nobody knew.
      write(writer, new UserChange.Patch(chiefs.getFirst(), now -> now.with("title", "Clerk")));
      write(writer, new UserChange.Patch(chiefs.getLast(), now -> now.with("title", "Clerk")));
      write(writer, user("later-new", "chief of all"));
      while (keeper.work()) {
        assertThat(keeper.index().answering(ResourceType.USER, TITLE)).isZero();
      }
      long attribute = keeper.index().answering(ResourceType.USER, TITLE);
      assertThat(attribute).isPositive();
      assertThat(found(keeper.index()))
          .hasSize(chiefs.size() - 1)
          .containsAll(chiefs.subList(1, chiefs.size() - 1))
          .isEqualTo(found(ValueIndex.NONE));
      write(writer, new UserChange.Delete(chiefs.get(1)));
      assertThat(rows(attribute)).isEqualTo("450");

      // Another daemon on the same store knows it at once; one that does without it removes it.
      ValueIndexKeeper other = keeper(Duration.ZERO);
      other.declare(List.of(new Declared(ResourceType.USER, TITLE)));
      assertThat(other.index().answering(ResourceType.USER, TITLE)).isEqualTo(attribute);
      other.declare(List.of());
      while (other.work()) {
        assertThat(other.index().written(ResourceType.USER)).isEmpty();
      }
      keeper.refresh();
      assertThat(keeper.index().written(ResourceType.USER)).isEmpty();
      assertThat(rows(attribute)).isEqualTo("0");
      assertThat(found(keeper.index())).hasSize(chiefs.size() - 2);
    }
  }

  private String rows(long attribute) {
    return intake
        .rows("SELECT COUNT(*) FROM directory_value WHERE attribute_id = ?", attribute)
        .getFirst()
        .getFirst();
  }

  private void write(ChangeWriter writer, UserChange change) throws ChangeRefused {
    Intake.result(
        writer.write(new ChangeRequest(intake.directory, change, Intake.BY, null, List.of())));
  }

  @Test
  void noAttributeIsFilledBeforeEveryNodeMustHaveLearnedOfIt() {
    SettableClock clock = new SettableClock(java.time.Instant.parse("2026-01-01T00:00:00Z"));
    AttributePath nick = AttributePath.core("nickName");
    ValueIndexKeeper keeper =
        new ValueIndexKeeper(
            store.transactions(), store.ids(), clock, ScimSchema.STANDARD, Duration.ofSeconds(30));
    keeper.declare(List.of(new Declared(ResourceType.USER, nick)));
    assertThat(keeper.index().written(ResourceType.USER)).hasSize(1);
    assertThat(keeper.work()).isFalse();
    assertThat(keeper.index().answering(ResourceType.USER, nick)).isZero();
    clock.forward(Duration.ofSeconds(31));
    while (keeper.work()) {
      assertThat(keeper.index().answering(ResourceType.USER, nick)).isZero();
    }
    assertThat(keeper.index().answering(ResourceType.USER, nick)).isPositive();
    keeper.declare(List.of());
  }

  @Test
  void valuesSortAsTheirKeysDo() {
    var decimal =
        dev.idbridge.model.schema.AttributeDef.of(
            "d", dev.idbridge.model.schema.AttributeDef.Type.DECIMAL, "");
    List<String> rising =
        List.of(
            "-1E+9",
            "-123",
            "-12.5",
            "-12",
            "-1.23",
            "-1.2",
            "-0.001",
            "0",
            "0.0005",
            "0.01",
            "0.012",
            "1",
            "9",
            "10",
            "10.5",
            "123456789012345678901234567890");
    for (int i = 1; i < rising.size(); i++) {
      String before = ValueKey.of(decimal, new java.math.BigDecimal(rising.get(i - 1)));
      String after = ValueKey.of(decimal, new java.math.BigDecimal(rising.get(i)));
      assertThat(before).as(rising.get(i)).isLessThan(after);
    }
    assertThat(ValueKey.of(decimal, new java.math.BigDecimal("1.50")))
        .isEqualTo(ValueKey.of(decimal, new java.math.BigDecimal("15E-1")));
    assertThat(ValueKey.of(decimal, 0L))
        .isEqualTo(ValueKey.of(decimal, new java.math.BigDecimal("0.00")));
  }
}
