package dev.idbridge.connector.spi;

import java.util.List;

/**
 * Answer of a read. A read that failed, or that may have missed something, is never {@link
 * Complete}: neither creation nor removal follows from it.
 */
public sealed interface Lookup<T> {
  /** Everything that matches, possibly nothing. */
  record Complete<T>(List<T> found) implements Lookup<T> {
    public Complete {
      found = List.copyOf(found);
    }
  }

  /** The app did not give a whole answer. */
  record Failed<T>(Outcome.Failure why) implements Lookup<T> {}

  static <T> Lookup<T> of(List<T> found) {
    return new Complete<>(found);
  }

  static <T> Lookup<T> failed(Outcome.Failure why) {
    return new Failed<>(why);
  }
}
