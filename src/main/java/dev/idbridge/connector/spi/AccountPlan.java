package dev.idbridge.connector.spi;

import dev.idbridge.model.Account;

/** One step on one account. */
public sealed interface AccountPlan {
  /** Create it; {@link Outcome.Applied} carries the remote id. "Exists already" is a conflict. */
  record Create(Account account) implements AccountPlan {}

  /**
   * Make it say this, rename included: an update, never delete and create. {@code active} is
   * carried along for apps that can only replace a whole account.
   *
   * @param before what we wrote last, or null when that is unknown: assert everything
   */
  record Update(String remoteId, Account account, @org.jspecify.annotations.Nullable Account before)
      implements AccountPlan {}

  /**
   * Let its owner use it again. What {@code account} says besides is for apps that can only replace
   * a whole account; an {@link Update} follows where it differs from what was written last.
   */
  record Enable(String remoteId, Account account) implements AccountPlan {}

  /** Nobody may use it from now on; the account itself stays, and may say what it said. */
  record Disable(String remoteId, Account account) implements AccountPlan {}

  /** Remove it for good. */
  record Delete(String remoteId) implements AccountPlan {}
}
