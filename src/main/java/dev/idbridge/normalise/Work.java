package dev.idbridge.normalise;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;

/**
 * How much one PATCH may cost while it is applied: operations times the elements they look at,
 * which is seen only then. Others wait for the same transaction. One thread at a time.
 */
final class Work {
  /** About a second. */
  private static final long MOST = 300_000;

  private long done;

  void start() {
    done = 0;
  }

  /**
   * Notes that so many elements were looked at.
   *
   * @throws ChangeRefused when they are too many
   */
  void done(long elements) throws ChangeRefused {
    done += elements;
    if (done > MOST) {
      throw new ChangeRefused(
          Reason.TOO_LARGE,
          "the PATCH has so many operations on so many values that others would wait for it;"
              + " send fewer operations in a request, or several values in one operation");
    }
  }
}
