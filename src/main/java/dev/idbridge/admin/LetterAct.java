package dev.idbridge.admin;

import org.jspecify.annotations.Nullable;

/**
 * What a person decides about one dead letter.
 *
 * @param act replay or discard
 * @param reason why it is discarded; a replay needs none
 */
public record LetterAct(Kind act, @Nullable String reason) {
  public LetterAct {
    if (act == null) {
      throw AdminRefused.invalid("act is missing, must be replay or discard");
    }
  }

  /** The decisions. */
  public enum Kind {
    /** Try it again, with a fresh count. */
    REPLAY,
    /** Leave the app as it is until the next change of that user or group. */
    DISCARD
  }
}
