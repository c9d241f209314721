package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a user: a change of the directory, or a line of the sync log.
 *
 * @param id rises with time
 * @param change the change record; null for a line
 * @param line the line; null for a change record
 */
public record Happening(
    String id, Instant at, @Nullable Change change, @Nullable SyncLogLine line) {

  /**
   * A change record.
   *
   * @param version the user's from then on
   * @param by name of the token or administrator
   * @param detail which attributes changed
   */
  public record Change(
      String action,
      long version,
      @Nullable String by,
      @Nullable String request,
      @Nullable String address,
      @Nullable String detail) {}
}
