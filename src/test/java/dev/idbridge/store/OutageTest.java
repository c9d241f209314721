package dev.idbridge.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutageTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Outage.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final Outage outage = new Outage(nanos::get);

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
    logger.setLevel(null);
  }

  private void forward(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private List<String> said(Level level) {
    return lines.list.stream()
        .filter(line -> line.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void anHourWithoutTheStoreIsAFewLinesAndItsEndIsOne() {
    for (int second = 0; second < 3_600; second++) {
      outage.failed("connection refused");
      forward(Duration.ofSeconds(1));
    }
    assertThat(outage.away()).isTrue();
    assertThat(said(Level.ERROR))
        .hasSize(12)
        .first()
        .asString()
        .contains("connection refused", "503");
    assertThat(said(Level.ERROR)).element(1).asString().contains("for 300 s now");

    outage.answered();
    outage.answered();

    assertThat(outage.away()).isFalse();
    assertThat(said(Level.INFO)).containsExactly("the store answers again after 3600 s");
  }

  @Test
  void aConnectionThatBreaksNowAndThenIsNotALineEachTime() {
    for (int i = 0; i < 100; i++) {
      outage.failed("connection reset");
      outage.answered();
      forward(Duration.ofSeconds(1));
    }

    assertThat(said(Level.ERROR)).hasSizeBetween(1, 4);
  }

  @Test
  void whatFailsWhileTheStoreIsClosedIsNoNews() {
    outage.end();
    outage.failed("the pool is closed");

    assertThat(lines.list).isEmpty();
  }
}
