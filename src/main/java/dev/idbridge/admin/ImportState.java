package dev.idbridge.admin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An import and what it left to a person.
 *
 * @param directory null when there was none
 * @param state none, running, done, failed, or interrupted: its daemon ended meanwhile
 * @param by who began it, and when
 * @param seen accounts and teams shown by the app so far
 * @param created users and groups of origin app
 * @param linked with users and groups that were there
 * @param known linked before, or left alone by somebody's decision
 * @param doubts what this import could not place
 * @param members memberships of imported groups that were noted
 * @param reason why it failed, or empty
 * @param undecided the first hundred of what is undecided
 */
public record ImportState(
    String app,
    @Nullable String directory,
    String state,
    @Nullable String by,
    @Nullable Instant started,
    @Nullable Instant changed,
    long seen,
    long created,
    long linked,
    long known,
    long doubts,
    long members,
    String reason,
    List<ImportOperations.Undecided> undecided) {
  public ImportState {
    undecided = List.copyOf(undecided);
  }
}
