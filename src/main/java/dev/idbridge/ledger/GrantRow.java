package dev.idbridge.ledger;

import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Seen;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One role of one account or team: what we did, what is still to do, and why.
 *
 * @param held as far as we know the subject holds it in the app now
 * @param direct an administrator asks for it
 * @param seen a grant was begun after seeing this and is not booked yet; of a role that is held, a
 *     call of ours left open whether it still is
 * @param why what asks for it, besides an administrator
 * @param asserted the change by which an administrator granted or restored it, 0 for none
 * @param cause the change that asked for it last
 * @param causes how many acts since it was settled last
 * @param retryAt milliseconds since the epoch, 0 for none
 */
public record GrantRow(
    Role role,
    State state,
    boolean held,
    Origin origin,
    boolean direct,
    @Nullable Seen seen,
    List<Why> why,
    long asserted,
    long cause,
    int causes,
    int attempts,
    long retryAt,
    String reason) {
  public GrantRow {
    why = List.copyOf(why);
  }

  /** Where the row stands. */
  public enum State {
    /** To be granted. */
    DUE,
    /** Granted, and settled. */
    APPLIED,
    /** To be granted, and waits: for the account, or for its next attempt. */
    PARKED,
    /** To be revoked. */
    REMOVING,
    /** Held, and revoked as soon as another active account holds the role. */
    KEPT,
    /** Asked for and not granted: the user is not active, or came back without new evidence. */
    SUPPRESSED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static State of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * One reason why a role is asked for.
   *
   * @param rule what the rule says, such as {@code group Engineering}
   * @param path for a rule about a group, the way to it: {@code SRE > Platform > Engineering}
   * @param change the change of the directory that brought it, 0 when it is no single one
   */
  public record Why(String rule, String path, long change) {}

  /** A role that is asked for and was not before. */
  public static GrantRow fresh(Role role, List<Why> why, long cause) {
    return new GrantRow(
        role, State.DUE, false, Origin.OURS, false, null, why, 0, cause, 0, 0, 0, "");
  }

  /** A role that the app shows, and that nobody is known to have asked for. */
  public static GrantRow found(Role role, long cause) {
    return new GrantRow(
        role, State.DUE, true, Origin.FOUND, false, null, List.of(), 0, cause, 0, 0, 0, "");
  }

  /** The same, held as the app shows. */
  public GrantRow held(Origin whose) {
    return new GrantRow(
        role, state, true, whose, direct, null, why, asserted, cause, causes, attempts, retryAt,
        reason);
  }

  /** The same, asked for by these. */
  public GrantRow because(List<Why> reasons, long change) {
    return new GrantRow(
        role,
        state,
        held,
        origin,
        direct,
        seen,
        reasons,
        asserted,
        change == 0 ? cause : change,
        causes,
        attempts,
        retryAt,
        reason);
  }

  public GrantRow to(State next, String because) {
    return new GrantRow(
        role, next, held, origin, direct, seen, why, asserted, cause, causes, attempts, 0, because);
  }

  /** Held in the app now, and settled. */
  public GrantRow applied(Origin whose) {
    return new GrantRow(
        role, State.APPLIED, true, whose, direct, null, why, asserted, cause, causes, 0, 0, "");
  }

  /** Not held in the app now. */
  public GrantRow released(State next, String because) {
    return new GrantRow(
        role, next, false, Origin.OURS, direct, null, why, asserted, cause, causes, 0, 0, because);
  }

  /** Waiting: for something else (no attempt), for a person (no time), or for its next attempt. */
  public GrantRow parked(long until, int tried, String because) {
    return new GrantRow(
        role,
        State.PARKED,
        held,
        origin,
        direct,
        seen,
        why,
        asserted,
        cause,
        causes,
        tried,
        until,
        because);
  }

  /** Not to be revoked before another account holds it; looked at again at this time. */
  public GrantRow kept(long until, String because) {
    return new GrantRow(
        role,
        State.KEPT,
        held,
        origin,
        direct,
        seen,
        why,
        asserted,
        cause,
        causes,
        0,
        until,
        because);
  }

  /** Held before a call whose outcome nobody knows: nothing is settled without another call. */
  public GrantRow unsure() {
    return held && seen == null ? seen(Seen.ABSENT) : this;
  }

  /** Whether the subject is known to hold it, and no call is needed to say so. */
  public boolean sure() {
    return held && seen == null;
  }

  /** A grant is about to be called, after seeing this. */
  public GrantRow seen(Seen what) {
    return new GrantRow(
        role, state, held, origin, direct, what, why, asserted, cause, causes, attempts, retryAt,
        reason);
  }

  /** Whether a person has to look at it. */
  public boolean refused() {
    return state == State.PARKED && attempts > 0 && retryAt == 0;
  }
}
