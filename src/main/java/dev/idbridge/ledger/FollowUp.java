package dev.idbridge.ledger;

import java.util.List;

/**
 * A deactivation that took effect in an app and whose follow-up is to be run.
 *
 * @param id the same with every attempt
 * @param cause the change that deactivated the user
 * @param remoteId the account in the app; it may be gone by now
 * @param at when it was disabled, milliseconds since the epoch
 * @param stripped what was taken from the account, at most {@link #MOST}
 * @param total how much was taken in all
 * @param left memberships and roles of ours that are still to be taken from the account
 */
public record FollowUp(
    long id, long cause, String remoteId, long at, List<Stripped> stripped, long total, long left) {
  /** What one message names of what was taken; the rest is counted. */
  public static final int MOST = 1_000;

  public FollowUp {
    stripped = List.copyOf(stripped);
  }

  /**
   * One thing that was taken from the account.
   *
   * @param team the team's name in the app, empty for a role
   * @param role empty for a membership
   * @param resource what the role was about, empty for none
   * @param kept the role stays on the disabled account until another active one holds it
   */
  public record Stripped(String team, String role, String resource, boolean kept) {}
}
