package dev.idbridge.directory;

import dev.idbridge.model.Resource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What deliveries read of the directory: resources by id, deleted ones too, because what they left
 * behind in an app still has to be cleaned up. Thread-safe; throws {@link
 * dev.idbridge.model.StoreUnavailable} when the database cannot be used.
 */
public interface Targets {

  /** By id; an id that never existed is missing in the answer. One query, a new snapshot. */
  Map<Long, Target> users(Collection<Long> ids);

  /**
   * Which of these users are members of a live group of one of these names, directly or through
   * groups within. Upper and lower case do not tell names apart.
   */
  Set<Long> membersOf(Collection<Long> users, Collection<String> names);

  /** By id, without members. One query, a new snapshot. */
  Map<Long, Target> groups(Collection<Long> ids);

  /** The live groups that hold these users or groups directly, by who is held. One query. */
  Map<Long, List<Resource.Group>> holders(Collection<Long> members);

  /**
   * Every live group that holds a user or group, directly or through other groups. A few queries
   * for each level of nesting.
   */
  List<Above> above(long member);

  /** The form in which names of groups are compared: equal where the names are one. */
  static String key(String name) {
    return NameKey.of(name);
  }

  /**
   * A group that holds somebody.
   *
   * @param key its name as it is compared
   * @param path names from the one that holds it directly up to this one, {@code SRE > Platform}
   * @param asserted the latest change that named it as a direct member on the way; of several ways
   *     the latest counts
   * @param cause the change that brought the membership on the way that was made last
   * @param direct the group of the way that holds it directly
   */
  record Above(
      long group, String name, String key, String path, long asserted, long cause, long direct) {}

  /**
   * @param deleted the IdP deleted it, at {@code resource.modified()}; it is how it was last
   * @param reactivated the change that made the user active again, 0 when there was none
   * @param imported found in an app, and touched by no identity provider: left alone
   */
  record Target(Resource resource, boolean deleted, long reactivated, boolean imported) {}
}
