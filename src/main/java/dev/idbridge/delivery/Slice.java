package dev.idbridge.delivery;

import java.time.Duration;

/**
 * How many items one call of a delivery carries. It begins with as many as the app takes, halved
 * for every attempt that failed before: a call that was too much for the app in its time is not
 * made again as it was. Halved when the app refuses a batch whole, and doubled when it takes one
 * quickly enough for twice as many. Used by one thread at a time.
 */
final class Slice {
  private int most = 1;
  private int size = 1;

  /**
   * @param perCall the most items the app takes
   */
  void begin(Delivery delivery, int perCall) {
    most = perCall;
    size = Math.max(1, perCall >> Math.min(delivery.lane().attempts(), 30));
  }

  int size() {
    return size;
  }

  /** So many were refused as a whole: one that is bad is found among fewer. */
  void refused(int items) {
    size = Math.max(1, Math.min(size, items) / 2);
  }

  /** The last call came through. A call begins with half the lease left, at least. */
  void taken(Delivery delivery) {
    Duration twice = delivery.took().multipliedBy(2);
    if (twice.compareTo(delivery.leaseTime().multipliedBy(2).dividedBy(5)) <= 0) {
      size = Math.min(most, size * 2);
    }
  }
}
