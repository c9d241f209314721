package dev.idbridge.scim;

import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ResourceType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where writes are noted that were refused before they reached the write path, which makes the
 * lines of all others: the sync log has a line for every write an IdP sends.
 */
@FunctionalInterface
public interface IntakeLog {

  /**
   * Notes one refused write of an authenticated client. Returns at once: it is called on the thread
   * that completes a commit, so whatever is slow must be queued. What it throws is logged and
   * changes nothing for the client. Not called when the store is unavailable, nor for what the
   * write path refused after {@link ScimEdge#HANDED_OVER}.
   */
  void refused(Refused refused);

  /**
   * @param operation create, replace, patch or delete
   * @param id as the client sent it; null for a create
   * @param status the HTTP status of the answer, 400 to 499
   * @param scimType the {@code scimType} word, or empty
   * @param detail the text the client got
   */
  record Refused(
      long directory,
      String operation,
      ResourceType type,
      @Nullable String id,
      int status,
      String scimType,
      String detail,
      ChangeRequest.Actor by,
      Instant at) {}
}
