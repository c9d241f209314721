package dev.idbridge.directory;

import dev.idbridge.model.ChangeRefused;
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
  /** A group with more members than this is read without them; {@link #members} tells them. */
  int MOST_MEMBERS = 1_000;

  /**
   * One resource.
   *
   * @param id as the client sent it
   * @param related whether to fill a user's {@code groups} and a group's {@code members}; those of
   *     a group with more than {@link #MOST_MEMBERS} stay null
   */
  Optional<Resource> find(long directory, ResourceType type, String id, boolean related);

  /** The user with its groups, direct ones and those they are in, read now. */
  Resource.User withGroups(Resource.User user);

  /**
   * One page of the resources that match. What it costs depends on the page where an index answers
   * the filter and brings the order, else on the directory, up to a limit.
   *
   * @throws ChangeRefused with {@code INVALID_FILTER} when the filter cannot be answered, with
   *     {@code TOO_MANY} when more resources would have to be looked at than the settings allow
   */
  Page list(Search search) throws ChangeRefused;

  /**
   * The next members of a group, in id order.
   *
   * @param group an id this object gave out
   * @param beyond the last id of the page before, 0 for the first page
   */
  Members members(long group, long beyond);

  /**
   * A page of a search's answer; the members of groups are filled as by {@link #find}, as long as
   * they are few in all.
   *
   * @param total how many match in all
   * @param first what stands before the page stands before this; null at the beginning, or when the
   *     page was asked for by its number
   * @param last what follows the page follows this; null at the end, or when the page was asked for
   *     by its number
   */
  record Page(
      long total,
      List<Resource> resources,
      Search.@Nullable Position first,
      Search.@Nullable Position last) {
    public Page {
      resources = List.copyOf(resources);
    }

    public static Page of(long total, List<Resource> resources) {
      return new Page(total, resources, null, null);
    }
  }

  /**
   * A page of members.
   *
   * @param last the id to go on from
   * @param more whether there may be more; a page may be empty and not the last
   */
  record Members(List<Resource.Member> members, long last, boolean more) {
    public Members {
      members = List.copyOf(members);
    }
  }
}
