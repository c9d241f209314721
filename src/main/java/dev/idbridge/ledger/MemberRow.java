package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Seen;
import org.jspecify.annotations.Nullable;

/**
 * One account in one team: what we did and what is still to do.
 *
 * @param held as far as we know the account is a member in the app now
 * @param causes how many changes since it was settled last
 * @param seen an add was begun after seeing this and is not booked yet; of one that is held, a call
 *     of ours left open whether it still is
 * @param retryAt milliseconds since the epoch, 0 for none
 */
public record MemberRow(
    long account,
    State state,
    boolean held,
    Origin origin,
    @Nullable Seen seen,
    long cause,
    int causes,
    int attempts,
    long retryAt,
    String reason) {

  /** Where the row stands. */
  public enum State {
    /** To be added, if it should still be in. */
    DUE,
    /** Settled. */
    APPLIED,
    /** Wants in, and waits: for its account, or for its next attempt. */
    PARKED,
    /** To be removed, if it should still be out. */
    REMOVING;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    public static State of(String word) {
      return valueOf(word.toUpperCase(java.util.Locale.ROOT));
    }
  }

  /** In the app now, and settled. */
  public MemberRow applied(Origin whose) {
    return new MemberRow(account, State.APPLIED, true, whose, null, cause, causes, 0, 0, "");
  }

  /** Waiting: for its account (no time) or until its next attempt. */
  public MemberRow parked(long until, int tried, String why) {
    return new MemberRow(
        account, State.PARKED, held, origin, seen, cause, causes, tried, until, why);
  }

  public MemberRow to(State next) {
    return new MemberRow(account, next, held, origin, seen, cause, causes, attempts, 0, reason);
  }

  /** Held before a call whose outcome nobody knows: nothing is settled without another call. */
  public MemberRow unsure() {
    return held && origin == Origin.OURS && seen == null ? seen(Seen.ABSENT) : this;
  }

  /** Whether the account is known to be a member, and no call is needed to say so. */
  public boolean sure() {
    return held && seen == null;
  }

  /** An add is about to be called, after seeing this. */
  public MemberRow seen(Seen what) {
    return new MemberRow(
        account, state, held, origin, what, cause, causes, attempts, retryAt, reason);
  }
}
