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
 * @param awaited whether groups may hold the resource that was made: they waited for it, or it was
 *     there before under this name
 */
public record Committed(
    long changeId,
    @Nullable Resource resource,
    List<String> skippedMembers,
    Map<String, String> resolvedMembers,
    boolean awaited) {
  public Committed {
    skippedMembers = List.copyOf(skippedMembers);
    resolvedMembers = Map.copyOf(resolvedMembers);
  }

  public Committed(
      long changeId,
      @Nullable Resource resource,
      List<String> skippedMembers,
      Map<String, String> resolvedMembers) {
    this(changeId, resource, skippedMembers, resolvedMembers, false);
  }

  /** Of a change whose members were all named by id. */
  public Committed(long changeId, @Nullable Resource resource, List<String> skippedMembers) {
    this(changeId, resource, skippedMembers, Map.of());
  }

  /** The same, of a resource that groups may hold already. */
  public Committed asAwaited() {
    return new Committed(changeId, resource, skippedMembers, resolvedMembers, true);
  }

  public boolean changed() {
    return changeId != 0;
  }
}
