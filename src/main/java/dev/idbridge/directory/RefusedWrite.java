package dev.idbridge.directory;

import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.model.ResourceType;

/**
 * A write that was refused before it reached the {@link ChangeWriter}: malformed, or against the
 * schema. For the sync log.
 *
 * @param asked what it was meant to do
 * @param resourceId as the client sent it, empty for a create
 * @param name userName or displayName when the body told one, else empty
 * @param status the HTTP status of the answer
 * @param scimType the SCIM error word, or empty
 * @param detail why, as the client was told
 */
public record RefusedWrite(
    long directory,
    ResourceType type,
    Asked asked,
    String resourceId,
    String name,
    Actor by,
    int status,
    String scimType,
    String detail) {
  /** What a write asks for. */
  public enum Asked {
    CREATE,
    UPDATE,
    DELETE
  }
}
