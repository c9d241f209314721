package dev.idbridge.directory;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one directory's users and groups. Deleted ones are never seen; an id of another
 * directory is an unknown id. Thread-safe.
 *
 * <p>Every method throws {@link dev.idbridge.model.StoreUnavailable} when the database cannot be
 * used.
 */
public interface Resources {

  /**
   * One resource.
   *
   * @param id as the client sent it
   * @param related whether to fill a group's {@code members} or a user's {@code groups}
   */
  Optional<Resource> find(long directory, ResourceType type, String id, boolean related);

  /**
   * One page of the resources that match, in the order of creation.
   *
   * @param filter null for all
   * @param startIndex 1-based, at least 1
   * @param count at least 0; 0 asks for the total only
   * @throws ChangeRefused with {@code INVALID_FILTER} when the filter cannot be answered
   */
  Page list(
      long directory,
      ResourceType type,
      @Nullable Filter filter,
      int startIndex,
      int count,
      boolean related)
      throws ChangeRefused;

  /**
   * @param total how many match in all
   */
  record Page(long total, List<Resource> resources) {
    public Page {
      resources = List.copyOf(resources);
    }
  }
}
