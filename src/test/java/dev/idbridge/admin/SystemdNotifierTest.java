package dev.idbridge.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SystemdNotifierTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration WATCHDOG = Duration.ofSeconds(60);

  @Test
  void theWatchdogIsFedOnlyWhileTheLoopBeats() {
    AtomicReference<Instant> beat = new AtomicReference<>(NOON);
    Clock later = Clock.fixed(NOON.plusSeconds(31), ZoneOffset.UTC);
    try (SystemdNotifier notifier = new SystemdNotifier(beat::get, () -> "", later)) {
      assertThat(notifier.beats(WATCHDOG)).as("a beat not seen before").isTrue();
      assertThat(notifier.beats(WATCHDOG)).as("the same old beat").isFalse();

      beat.set(NOON.plusSeconds(1));
      assertThat(notifier.beats(WATCHDOG)).as("it moved").isTrue();
      beat.set(NOON.plusSeconds(2));
      assertThat(notifier.beats(WATCHDOG)).isTrue();
      assertThat(notifier.beats(WATCHDOG)).as("29 s old and young enough").isTrue();
    }
  }

  @Test
  void whatIsSlowAsksForAMinuteMoreAndSaysWhat() {
    assertThat(SystemdNotifier.extension("waiting for the store,\nfor up to 110 s more"))
        .isEqualTo(
            "EXTEND_TIMEOUT_USEC=60000000\nSTATUS=waiting for the store, for up to 110 s more");
  }

  @Test
  void theWatchdogsTimeIsReadInMicroseconds() {
    assertThat(SystemdNotifier.watchdog("60000000")).isEqualTo(WATCHDOG);
    assertThat(SystemdNotifier.watchdog(null)).isZero();
    assertThat(SystemdNotifier.watchdog("soon")).isZero();
  }
}
