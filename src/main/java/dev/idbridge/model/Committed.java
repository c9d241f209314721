package dev.idbridge.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a change that is durable now.
 *
 * @param changeId the change record's id, or 0 when nothing changed
 * @param resource the resource as it stands, without members and groups; null after a delete
 * @param skippedMembers member ids of the request that name nothing in the directory
 */
public record Committed(long changeId, @Nullable Resource resource, List<String> skippedMembers) {
  public Committed {
    skippedMembers = List.copyOf(skippedMembers);
  }

  public boolean changed() {
    return changeId != 0;
  }
}
