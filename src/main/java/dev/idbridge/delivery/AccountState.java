package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.Link;
import dev.idbridge.model.Account;
import org.jspecify.annotations.Nullable;

/** What an account delivery knows within its claim. */
final class AccountState {
  /** The intent of an earlier claim was looked at. */
  boolean begun;

  /**
   * The account was enabled when it was claimed, or when this claim found it, and that it is lost
   * is not noted yet.
   */
  boolean enabled;

  @Nullable Target user;

  /** What the user's account should say, worked out once. */
  @Nullable Account wanted;

  /** Whether the user is in the app's scope. */
  boolean inside = true;

  /** Why no account can be worked out for the user; {@code wanted} is what was wanted last. */
  @Nullable String unmapped;

  @Nullable Link link;

  /** A look-up of this claim found nothing, and the intent to create is committed. */
  boolean absent;

  /** The intent of an earlier claim, or of this one. */
  @Nullable Seen intent;

  /** The name which an earlier claim's create was to give, when it is another one now. */
  @Nullable String intentName;

  /**
   * The app refused our create as existing: whatever is found now is not ours, unless an earlier
   * holder's create may have arrived late.
   */
  boolean refused;

  /** The app refused an update because something else has a name or e-mail address of it. */
  Outcome.@Nullable Conflict clash;

  /** The linked account was not there; the look-up that follows decides. */
  boolean vanished;

  /** The missed account was looked for under the names that we gave it last. */
  boolean lookedBefore;

  /** The account is another one than the one that was linked before this claim. */
  boolean anew;

  /** This claim learned or decided whether the account is enabled. */
  boolean switched;

  /** What the account says was asserted in this claim. */
  boolean asserted;

  /** A look found the account under its name, usable or not as it should be. */
  boolean there;

  private @Nullable Link readFrom;
  private @Nullable Account read;

  /** What we wrote last, as the link keeps it; null when that is not known. */
  @Nullable Account applied(Link from) {
    if (readFrom != from) {
      read = AccountJson.read(from.applied());
      readFrom = from;
    }
    return read;
  }

  /** What this link keeps is known already. */
  void applied(Link from, @Nullable Account written) {
    readFrom = from;
    read = written;
  }
}
