package dev.idbridge.connector.rest;

import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the value of the {@code Authorization} header comes from. Thread-safe. */
public interface Credentials {

  /** The header's value for one call, or why there is none now. */
  sealed interface Access {
    /**
     * @param secrets what must not appear in any text
     */
    record Granted(String authorization, List<String> secrets) implements Access {
      public Granted {
        secrets = List.copyOf(secrets);
      }

      /** Nothing: it is all secret. */
      @Override
      public String toString() {
        return "Granted";
      }
    }

    record Refused(Outcome.Failure why) implements Access {}
  }

  /**
   * @param refused the value that the app did not take just now, or null for the first try
   */
  Access access(@Nullable String refused, Deadline deadline);

  /** Whether a value that was refused may be exchanged for another, once. */
  default boolean renewable() {
    return false;
  }
}
