package dev.idbridge.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a change that is durable now.
 *
 * @param changeId the change record's id, or 0 when nothing changed
 * @param resource the resource as it stands, without members and groups; null after a delete
 * @param skippedMembers member ids of the request that name nothing in the directory
 * @param resolvedMembers members that the request named otherwise than by id, with their ids
 */
public record Committed(
    long changeId,
    @Nullable Resource resource,
    List<String> skippedMembers,
    Map<String, String> resolvedMembers) {
  public Committed {
    skippedMembers = List.copyOf(skippedMembers);
    resolvedMembers = Map.copyOf(resolvedMembers);
  }

  /** Of a change whose members were all named by id. */
  public Committed(long changeId, @Nullable Resource resource, List<String> skippedMembers) {
    this(changeId, resource, skippedMembers, Map.of());
  }

  public boolean changed() {
    return changeId != 0;
  }
}
