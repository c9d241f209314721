package dev.idbridge.directory;

import dev.idbridge.model.Resource;
import dev.idbridge.model.Resource.Member;
import dev.idbridge.model.ResourceType;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The other ends of memberships: a group's members, a user's groups; live ones only. Rows and names
 * are read by key, one after the other: joined, both databases were seen to start from a small
 * table of groups and to walk all members of each.
 */
final class Related {
  private static final int PAGE = 512;

  /** Members filled for all groups of a page together. */
  private static final int MOST_IN_A_PAGE = 2 * Resources.MOST_MEMBERS;

  /** Groups may nest so deep, and no deeper is looked. */
  private static final int DEEPEST = 64;

  private Related() {}

  static Resource filled(EntityManager manager, Resource resource) {
    return filled(manager, List.of(resource), Set.of(resource.type())).getFirst();
  }

  /** Those of the given types with what they are related to, the others as they are. */
  static List<Resource> filled(
      EntityManager manager, List<Resource> resources, Set<ResourceType> types) {
    Map<Long, List<Member>> groups =
        types.contains(ResourceType.USER)
            ? groupsOf(manager, ids(resources, ResourceType.USER))
            : Map.of();
    Map<Long, List<Member>> members =
        types.contains(ResourceType.GROUP)
            ? membersOf(manager, ids(resources, ResourceType.GROUP))
            : Map.of();
    List<Resource> filled = new ArrayList<>(resources.size());
    for (Resource resource : resources) {
      if (!types.contains(resource.type())) {
        filled.add(resource);
        continue;
      }
      filled.add(
          switch (resource) {
            case Resource.User u ->
                new Resource.User(
                    u.id(),
                    u.directory(),
                    u.attributes(),
                    u.active(),
                    u.version(),
                    u.created(),
                    u.modified(),
                    groups.getOrDefault(u.id(), List.of()));
            case Resource.Group g ->
                new Resource.Group(
                    g.id(),
                    g.directory(),
                    g.attributes(),
                    g.version(),
                    g.created(),
                    g.modified(),
                    members.get(g.id()));
          });
    }
    return filled;
  }

  private static List<Long> ids(List<Resource> resources, ResourceType type) {
    return resources.stream().filter(r -> r.type() == type).map(Resource::id).toList();
  }

  // Level by level upwards: groups are held by few groups.
  private static Map<Long, List<Member>> groupsOf(EntityManager manager, List<Long> users) {
    Map<Long, Set<Long>> holders = new HashMap<>();
    Map<Long, String> names = new TreeMap<>();
    Set<Long> level = new TreeSet<>(users);
    for (int depth = 0; !level.isEmpty() && depth <= DEEPEST; depth++) {
      Map<Long, Set<Long>> found = new HashMap<>();
      Set<Long> next = new TreeSet<>();
      for (List<Long> some : pages(level)) {
        for (Object[] row :
            byIds(
                manager,
                "select memberId, groupId from MemberRow where present = true and memberId",
                some)) {
          found.computeIfAbsent((Long) row[0], member -> new TreeSet<>()).add((Long) row[1]);
          next.add((Long) row[1]);
        }
      }
      next.removeAll(names.keySet());
      names.putAll(names(manager, ResourceType.GROUP, next));
      holders.putAll(found);
      next.retainAll(names.keySet());
      level = next;
    }
    Map<Long, List<Member>> groups = new HashMap<>();
    for (long user : users) {
      groups.put(user, groups(user, holders, names));
    }
    return groups;
  }

  private static List<Member> groups(
      long user, Map<Long, Set<Long>> holders, Map<Long, String> names) {
    Map<Long, Member> groups = new TreeMap<>();
    Set<Long> level = holders.getOrDefault(user, Set.of());
    boolean direct = true;
    while (!level.isEmpty()) {
      Set<Long> next = new HashSet<>();
      for (long group : level) {
        String name = names.get(group);
        if (name != null && !groups.containsKey(group)) {
          groups.put(group, new Member(group, ResourceType.GROUP, name, direct));
          next.addAll(holders.getOrDefault(group, Set.of()));
        }
      }
      level = next;
      direct = false;
    }
    return List.copyOf(groups.values());
  }

  /** The members of those groups that have few; all together no more than fit a page. */
  private static Map<Long, List<Member>> membersOf(EntityManager manager, List<Long> groups) {
    Map<Long, List<Member>> members = new HashMap<>();
    List<Long> sorted = List.copyOf(new TreeSet<>(groups));
    int most = sorted.size() == 1 ? Resources.MOST_MEMBERS : MOST_IN_A_PAGE;
    if (sorted.isEmpty()) {
      return members;
    }
    List<Object[]> rows =
        manager
            .createQuery(
                "select groupId, memberId, memberType from MemberRow where groupId in :groups"
                    + " and present = true order by groupId, memberId",
                Object[].class)
            .setParameter("groups", sorted)
            .setMaxResults(most + 1)
            .getResultList();
    long cut = rows.size() > most ? (Long) rows.getLast()[0] : Long.MAX_VALUE;
    for (long group : sorted) {
      if (group < cut) {
        members.put(group, new ArrayList<>());
      }
    }
    List<Object[]> whole = new ArrayList<>(rows.stream().filter(r -> (Long) r[0] < cut).toList());
    whole.addAll(found(manager, members, whole, most));
    Map<Long, String> names = names(manager, whole, 1, 2);
    for (Object[] row : whole) {
      String name = names.get((Long) row[1]);
      List<Member> own = members.get((Long) row[0]);
      if (name != null && own != null) {
        own.add(new Member((Long) row[1], ResourceType.of((String) row[2]), name));
      }
    }
    return members;
  }

  /** Members that an import found: only groups have any that nobody else put members into. */
  private static List<Object[]> found(
      EntityManager manager, Map<Long, List<Member>> members, List<Object[]> rows, int most) {
    Set<Long> empty = new TreeSet<>(members.keySet());
    rows.forEach(row -> empty.remove((Long) row[0]));
    if (empty.isEmpty()) {
      return List.of();
    }
    List<Object[]> found =
        manager
            .createQuery(
                "select groupId, memberId, 'User' from FoundMemberRow where groupId in :groups"
                    + " order by groupId, memberId",
                Object[].class)
            .setParameter("groups", empty)
            .setMaxResults(most + 1)
            .getResultList();
    long cut = found.size() > most ? (Long) found.getLast()[0] : Long.MAX_VALUE;
    empty.stream().filter(group -> group >= cut).forEach(members::remove);
    return found.stream().filter(row -> (Long) row[0] < cut).toList();
  }

  /** One page of one group's members. */
  static Resources.Members members(EntityManager manager, long group, long beyond) {
    List<Object[]> rows =
        page(
            manager,
            "select memberId, memberType from MemberRow where present = true and",
            group,
            beyond);
    if (rows.isEmpty()) {
      rows = page(manager, "select memberId, 'User' from FoundMemberRow where", group, beyond);
    }
    Map<Long, String> names = names(manager, rows, 0, 1);
    List<Member> members = new ArrayList<>(rows.size());
    long last = beyond;
    for (Object[] row : rows) {
      last = (Long) row[0];
      String name = names.get(last);
      if (name != null) {
        members.add(new Member(last, ResourceType.of((String) row[1]), name));
      }
    }
    return new Resources.Members(members, last, rows.size() == Resources.MOST_MEMBERS);
  }

  private static List<Object[]> page(
      EntityManager manager, String select, long group, long beyond) {
    return manager
        .createQuery(
            select + " groupId = :group and memberId > :beyond order by memberId", Object[].class)
        .setParameter("group", group)
        .setParameter("beyond", beyond)
        .setMaxResults(Resources.MOST_MEMBERS)
        .getResultList();
  }

  private static Map<Long, String> names(
      EntityManager manager, List<Object[]> rows, int id, int word) {
    Map<Long, String> names = new HashMap<>();
    for (ResourceType type : ResourceType.values()) {
      names.putAll(
          names(
              manager,
              type,
              rows.stream()
                  .filter(row -> type.word().equals(row[word]))
                  .map(row -> (Long) row[id])
                  .toList()));
    }
    return names;
  }

  /** userName or displayName of the live ones among these. */
  private static Map<Long, String> names(
      EntityManager manager, ResourceType type, Collection<Long> ids) {
    String query =
        type == ResourceType.USER
            ? "select id, userName from UserRow where deletedAt is null and id"
            : "select id, displayName from GroupRow where deletedAt is null and id";
    Map<Long, String> names = new HashMap<>();
    for (List<Long> some : pages(new TreeSet<>(ids))) {
      byIds(manager, query, some).forEach(row -> names.put((Long) row[0], (String) row[1]));
    }
    return names;
  }

  // A list parameter makes Hibernate translate the query anew every time: most often it is one id.
  private static List<Object[]> byIds(EntityManager manager, String query, List<Long> ids) {
    return ids.size() == 1
        ? manager
            .createQuery(query + " = :id", Object[].class)
            .setParameter("id", ids.getFirst())
            .getResultList()
        : manager
            .createQuery(query + " in :ids", Object[].class)
            .setParameter("ids", ids)
            .getResultList();
  }

  private static List<List<Long>> pages(Collection<Long> ids) {
    List<Long> all = List.copyOf(ids);
    List<List<Long>> pages = new ArrayList<>();
    for (int from = 0; from < all.size(); from += PAGE) {
      pages.add(all.subList(from, Math.min(from + PAGE, all.size())));
    }
    return pages;
  }
}
