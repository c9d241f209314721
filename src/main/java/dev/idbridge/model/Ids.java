package dev.idbridge.model;

import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Makes the ids of every row: 63 bits, rising with time, unique over nodes as long as no two live
 * nodes share a number. Thread-safe.
 *
 * <p>Layout: 41 bits of milliseconds since 2024-01-01, 8 bits node, 14 bits sequence. A clock that
 * steps back, or a full millisecond, borrows from the future; ids never repeat within a process.
 */
public final class Ids {
  private static final long EPOCH = 1_704_067_200_000L;
  private static final int NODE_BITS = 8;
  private static final int SEQUENCE_BITS = 14;

  private final Clock clock;
  private final long node;
  private long last;
  private volatile long until = Long.MAX_VALUE;
  private volatile Runnable confirm = () -> {};

  /**
   * @param node 0 to 255
   */
  public Ids(Clock clock, int node) {
    if (node < 0 || node >= 1 << NODE_BITS) {
      throw new IllegalArgumentException("node " + node + " is outside 0..255");
    }
    this.clock = clock;
    this.node = node;
  }

  /**
   * Makes ids before that moment only, unless a later one is allowed: the node's number may be
   * somebody else's afterwards.
   *
   * @param millis since the epoch, by the clock; 0 for no more ids at all
   * @param anew asked when an id is wanted later than that; may allow a later moment
   */
  public void allowUntil(long millis, Runnable anew) {
    confirm = anew;
    until = millis;
  }

  /**
   * The next id, larger than every id this object gave before.
   *
   * @throws StoreUnavailable when the number may belong to another node by now
   */
  public synchronized long next() {
    long now = clock.millis();
    if (now >= until && until > 0) {
      confirm.run();
      now = clock.millis();
    }
    if (now >= until) {
      throw new StoreUnavailable(
          "this daemon's node number "
              + node
              + " is not confirmed any more, so that it makes no ids; try again");
    }
    long tick = (now - EPOCH) << SEQUENCE_BITS;
    last = Math.max(last + 1, tick);
    long millis = last >>> SEQUENCE_BITS;
    long sequence = last & ((1L << SEQUENCE_BITS) - 1);
    return millis << (NODE_BITS + SEQUENCE_BITS) | node << SEQUENCE_BITS | sequence;
  }

  /**
   * No id that was made at that moment or later is smaller, whichever node made it.
   *
   * @param millis since the epoch
   */
  public static long from(long millis) {
    long slack = 60_000;
    return Math.max(0, millis - slack - EPOCH) << (NODE_BITS + SEQUENCE_BITS);
  }

  /** What an id would be that was made so much earlier than this one. */
  public static long before(long id, Duration time) {
    return Math.max(0, id - (time.toMillis() << (NODE_BITS + SEQUENCE_BITS)));
  }

  /** Reads an id that a client sent; empty when it is none of ours. */
  public static OptionalLong parse(String text) {
    if (text.isEmpty() || text.length() > 19) {
      return OptionalLong.empty();
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return OptionalLong.empty();
      }
      value = value * 10 + (c - '0');
    }
    return value <= 0 || text.charAt(0) == '0' ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
