package dev.idbridge.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.testing.OnBothStores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TokensTest extends OnBothStores {
  /** Stands where it is put. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final HandClock clock = new HandClock();

  private JpaTokens tokens() {
    return new JpaTokens(store.entityTransactions(), store.ids(), clock);
  }

  @Test
  void aTokenIsGoodUntilItExpiresOrIsRevoked() {
    JpaTokens tokens = tokens();
    Tokens.Created forever =
        tokens.create(intake.directory, "forever", Tokens.Scope.FULL, null, "admin");
    Tokens.Created brief =
        tokens.create(
            intake.directory,
            "brief",
            Tokens.Scope.FULL,
            clock.now.plus(Duration.ofHours(1)),
            "admin");
    assertThat(forever.secret()).matches("idb_[A-Za-z0-9_-]{43}");
    assertThat(tokens.verify(forever.secret(), "10.0.0.1"))
        .hasValueSatisfying(token -> assertThat(token.id()).isEqualTo(forever.token().id()));
    assertThat(tokens.verify(brief.secret(), "10.0.0.1")).isPresent();
    assertThat(tokens.verify(forever.secret() + "x", "10.0.0.1")).isEmpty();
    assertThat(tokens.verify("", "10.0.0.1")).isEmpty();
    clock.now = clock.now.plus(Duration.ofHours(1));
    assertThat(tokens.verify(brief.secret(), "10.0.0.1")).isEmpty();
    assertThat(tokens.revoke(99, forever.token().id(), "admin")).isFalse();
    assertThat(tokens.revoke(intake.directory, forever.token().id(), "admin")).isTrue();
    assertThat(tokens.revoke(intake.directory, forever.token().id(), "admin")).isFalse();
    assertThat(tokens.verify(forever.secret(), "10.0.0.1")).isEmpty();
  }

  @Test
  void aTokenRevokedElsewhereEndsWithinSeconds() {
    JpaTokens here = tokens();
    Tokens.Created created =
        here.create(intake.directory, "elsewhere", Tokens.Scope.FULL, null, "admin");
    assertThat(here.verify(created.secret(), "a")).isPresent();
    tokens().revoke(intake.directory, created.token().id(), "admin");
    clock.now = clock.now.plus(JpaTokens.TRUSTED);
    assertThat(here.verify(created.secret(), "a")).isEmpty();
  }

  @Test
  void itsUseIsNotedOnceAMinuteAndItsSecretNowhere() {
    JpaTokens tokens = tokens();
    Tokens.Created created =
        tokens.create(intake.directory, "noted", Tokens.Scope.FULL, null, "admin");
    tokens.verify(created.secret(), "10.0.0.1");
    clock.now = clock.now.plusSeconds(30);
    tokens.verify(created.secret(), "10.0.0.2");
    assertThat(noted(created)).isEqualTo("10.0.0.1");
    clock.now = clock.now.plusSeconds(31);
    tokens.verify(created.secret(), "10.0.0.3");
    assertThat(noted(created)).isEqualTo("10.0.0.3");
    List<List<String>> row = intake.rows("SELECT * FROM token WHERE id = ?", created.token().id());
    assertThat(row.getFirst()).noneMatch(value -> value.contains(created.secret().substring(4)));
  }

  @Test
  void aRotatedTokenAndItsSuccessorBothWorkUntilTheOverlapEnds() {
    JpaTokens tokens = tokens();
    Tokens.Created old =
        tokens.create(intake.directory, "rotated", Tokens.Scope.READ_ONLY, null, "admin");
    assertThat(tokens.verify(old.secret(), "10.0.0.1")).isPresent();
    clock.now = clock.now.plusSeconds(1);
    long id = old.token().id();
    long elsewhere = intake.directories.create("elsewhere", "admin").id();
    assertThat(tokens.rotate(elsewhere, id, Duration.ofHours(24), null, "admin")).isEmpty();
    assertThatThrownBy(() -> tokens.rotate(99, id, Duration.ZERO, null, "admin"))
        .isInstanceOf(Tokens.NoIntake.class);
    Tokens.Created next =
        tokens.rotate(intake.directory, id, Duration.ofHours(24), null, "admin").orElseThrow();
    assertThat(tokens.rotate(intake.directory, id, Duration.ofHours(24), null, "admin"))
        .as("once only")
        .isEmpty();

    assertThat(next.secret()).isNotEqualTo(old.secret());
    assertThat(next.token().name()).isEqualTo("rotated");
    assertThat(next.token().scope()).isEqualTo(Tokens.Scope.READ_ONLY);
    assertThat(tokens.verify(next.secret(), "10.0.0.1")).isPresent();
    assertThat(listed(old).usedSinceReplaced()).isFalse();
    assertThat(tokens.verify(old.secret(), "10.0.0.2"))
        .hasValueSatisfying(
            token -> assertThat(token.replaced().by()).isEqualTo(next.token().id()));
    assertThat(listed(old).usedSinceReplaced()).as("noted at once, not after a minute").isTrue();
    assertThat(noted(old)).isEqualTo("10.0.0.2");

    clock.now = clock.now.plus(Duration.ofHours(24)).minusMillis(1);
    assertThat(tokens.verify(old.secret(), "a")).isPresent();
    clock.now = clock.now.plusMillis(1);
    assertThat(tokens.verify(old.secret(), "a")).isEmpty();
    assertThat(tokens.known(old.secret())).isPresent();
    assertThat(tokens.verify(next.secret(), "a")).isPresent();
  }

  @Test
  void anOverlapNeverOutlivesTheTokenAndNoneEndsItAtOnce() {
    JpaTokens tokens = tokens();
    Instant end = clock.now.plusSeconds(60);
    Tokens.Created brief =
        tokens.create(intake.directory, "brief-2", Tokens.Scope.FULL, end, "admin");
    tokens.rotate(intake.directory, brief.token().id(), Duration.ofHours(24), null, "admin");
    assertThat(listed(brief).expires()).isEqualTo(end);
    Tokens.Created leaked =
        tokens.create(intake.directory, "leaked", Tokens.Scope.FULL, null, "admin");
    assertThat(tokens.verify(leaked.secret(), "a")).isPresent();
    tokens.rotate(intake.directory, leaked.token().id(), Duration.ZERO, null, "admin");
    assertThat(tokens.verify(leaked.secret(), "a")).isEmpty();
  }

  @Test
  void aTokenThatEndsWhileManyUseItIsRefusedFromThatMomentOn() throws Exception {
    JpaTokens tokens = tokens();
    int users = 3;
    ExecutorService idp = Executors.newFixedThreadPool(users);
    try {
      for (int round = 0; round < 150; round++) {
        Tokens.Created one =
            tokens.create(intake.directory, "busy", Tokens.Scope.FULL, null, "admin");
        CyclicBarrier together = new CyclicBarrier(users + 1);
        List<Future<?>> uses = new ArrayList<>();
        for (int i = 0; i < users; i++) {
          uses.add(
              idp.submit(
                  () -> {
                    together.await();
                    return tokens.verify(one.secret(), "10.0.0.1");
                  }));
        }
        together.await();
        if (round % 2 == 0) {
          tokens.revoke(intake.directory, one.token().id(), "admin");
        } else {
          tokens.rotate(intake.directory, one.token().id(), Duration.ZERO, null, "admin");
        }
        for (Future<?> use : uses) {
          use.get();
        }
        assertThat(tokens.verify(one.secret(), "10.0.0.1")).as("round " + round).isEmpty();
      }
    } finally {
      idp.shutdown();
    }
  }

  private Tokens.Token listed(Tokens.Created created) {
    return tokens().list(intake.directory).stream()
        .filter(token -> token.id() == created.token().id())
        .findFirst()
        .orElseThrow();
  }

  private String noted(Tokens.Created created) {
    return listed(created).lastUsedFrom();
  }

  @Test
  void theDefaultDirectoryIsMadeOnce() {
    JpaDirectories again =
        new JpaDirectories(store.entityTransactions(), store.ids(), store.clock());
    assertThat(again.list()).extracting(Directories.Directory::name).containsOnlyOnce("default");
    assertThat(again.find("nobody")).isEmpty();
    Directories.Directory made = again.create("second", "test");
    assertThat(again.find("second")).contains(made);
  }
}
