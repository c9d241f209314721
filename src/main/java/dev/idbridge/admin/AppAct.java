package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person decides about an app.
 *
 * @param reason why; for the change record, and for whoever looks at {@code status}
 * @param until when a pause ends by itself; null: when somebody resumes it
 */
public record AppAct(Kind act, @Nullable String reason, @Nullable Instant until) {
  public AppAct {
    if (act == null) {
      throw AdminRefused.invalid("act is missing, must be pause, resume, keep, reset or forget");
    }
  }

  /** The decisions; {@link #destroys} those that drop what is noted. */
  public enum Kind {
    PAUSE,
    RESUME,
    /** The same app moved to the address its file says now. */
    KEEP,
    /** Another app, or the same one empty: begin anew. */
    RESET,
    /** The app's file is gone for good. */
    FORGET;

    public boolean destroys() {
      return this == RESET || this == FORGET;
    }

    /** As the verb and the admin API say it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
