package dev.idbridge.admin;

import java.util.List;

/**
 * An import and what it left to a person.
 *
 * @param state none, running, done or failed
 * @param seen accounts and teams shown by the app so far
 * @param created users and groups of origin app
 * @param linked with users and groups that were there
 * @param known linked before
 * @param reason why it failed, or empty
 * @param undecided the first hundred of what nobody could place
 */
public record ImportState(
    String app,
    String state,
    long seen,
    long created,
    long linked,
    long known,
    long doubts,
    String reason,
    List<Undecided> undecided) {
  public ImportState {
    undecided = List.copyOf(undecided);
  }

  /**
   * @param kind account or team
   * @param why and what to do
   */
  public record Undecided(String kind, String remoteId, String label, String why) {}
}
