package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who may call an app, and how many lanes are claimed for it. */
class CallSlotsTest {
  private static final Duration NONE = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void appsThatNeverAnswerLeaveEveryOtherItsOwnSlots() {
    CallSlots slots = new CallSlots(64, 9);
    List<CallSlots.Share> silent = IntStream.range(0, 8).mapToObj(i -> slots.share(8)).toList();
    CallSlots.Share live = slots.share(8);
    int taken = 0;
    for (CallSlots.Share share : silent) {
      while (share.take(false, NONE)) {
        taken++;
      }
    }
    assertThat(taken).as("their own and the common ones").isEqualTo(57);
    for (int i = 0; i < 7; i++) {
      assertThat(live.take(false, NONE)).isTrue();
    }
    assertThat(live.take(false, NONE)).isFalse();
    live.give();
    assertThat(live.take(false, NONE)).isTrue();
  }

  @Test
  void anAppNeverGetsMoreThanItsConcurrencyHoweverMuchIsFree() {
    CallSlots.Share share = new CallSlots(64, 1).share(3);
    for (int i = 0; i < 3; i++) {
      assertThat(share.take(true, NONE)).isTrue();
    }
    assertThat(share.take(true, NONE)).isFalse();
    assertThat(share.used()).isEqualTo(3);
  }

  @Test
  void whoTakesAccessAwayGoesBeforeThoseWhoWaitLonger() throws Exception {
    CallSlots.Share share = CallSlots.alone(1);
    assertThat(share.take(false, NONE)).isTrue();
    LinkedBlockingQueue<String> went = new LinkedBlockingQueue<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      CompletableFuture<Void> other =
          CompletableFuture.runAsync(
              () -> {
                assertThat(share.take(false, LONG)).isTrue();
                went.add("other");
                share.give();
              },
              threads);
      waiting(share, 1);
      CompletableFuture<Void> leaver =
          CompletableFuture.runAsync(
              () -> {
                assertThat(share.take(true, LONG)).isTrue();
                went.add("leaver");
                share.give();
              },
              threads);
      waiting(share, 2);
      share.give();
      CompletableFuture.allOf(other, leaver).get(30, TimeUnit.SECONDS);
    }
    assertThat(went).containsExactly("leaver", "other");
  }

  private static void waiting(CallSlots.Share share, int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (share.waiting() < count) {
      assertThat(System.nanoTime()).as("threads came to wait").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void aQuickAppIsClaimedAheadOfAndASlowOneOnlyAsFarAsItCanBeCalled() {
    AtomicLong time = new AtomicLong(1);
    Window window = new Window(8, time::get);
    assertThat(window.room()).isEqualTo(8);
    for (int round = 0; round < 10; round++) {
      int room = window.room();
      window.claimed(room, room);
      time.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
      for (int i = 0; i < room; i++) {
        window.ended();
      }
    }
    assertThat(window.size()).as("hundreds of answers in a tenth of a second").isGreaterThan(200);

    for (int round = 0; round < 12; round++) {
      int room = window.room();
      window.claimed(room, Math.max(room, 0));
      time.addAndGet(TimeUnit.SECONDS.toNanos(1));
      for (int i = 0; i < 4; i++) {
        window.ended();
      }
    }
    assertThat(window.size()).as("four answers a second").isEqualTo(8);
    assertThat(window.room()).isZero();
  }
}
