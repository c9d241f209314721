package dev.idbridge.directory;

import dev.idbridge.model.Resource;
import dev.idbridge.model.Resource.Member;
import dev.idbridge.model.ResourceType;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The other ends of memberships: a group's members, a user's direct groups; live ones only. Rows
 * and names are read by key, one after the other: joined, both databases were seen to start from a
 * small table of groups and to walk all members of each.
 */
final class Related {
  private static final int PAGE = 512;

  private Related() {}

  static Resource filled(EntityManager manager, Resource resource) {
    return filled(manager, List.of(resource)).getFirst();
  }

  static List<Resource> filled(EntityManager manager, List<Resource> resources) {
    List<Long> users =
        resources.stream()
            .filter(resource -> resource.type() == ResourceType.USER)
            .map(Resource::id)
            .toList();
    Map<Long, List<Member>> groups = groupsOf(manager, users);
    return resources.stream()
        .map(
            resource ->
                switch (resource) {
                  case Resource.User u ->
                      (Resource)
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
                          membersOf(manager, g.id()));
                })
        .toList();
  }

  private static Map<Long, List<Member>> groupsOf(EntityManager manager, List<Long> users) {
    List<Object[]> rows = new ArrayList<>();
    for (List<Long> some : pages(users)) {
      rows.addAll(
          byIds(
              manager,
              "select memberId, groupId from MemberRow where present = true and memberId",
              some));
    }
    rows.sort(Comparator.comparingLong(row -> (Long) row[1]));
    Map<Long, String> names =
        names(manager, ResourceType.GROUP, rows.stream().map(row -> (Long) row[1]).toList());
    Map<Long, List<Member>> groups = new HashMap<>();
    for (Object[] row : rows) {
      String name = names.get((Long) row[1]);
      if (name != null) {
        groups
            .computeIfAbsent((Long) row[0], user -> new ArrayList<>())
            .add(new Member((Long) row[1], ResourceType.GROUP, name));
      }
    }
    return groups;
  }

  private static List<Member> membersOf(EntityManager manager, long group) {
    List<Member> members = new ArrayList<>();
    long beyond = 0;
    List<Object[]> page;
    do {
      page =
          manager
              .createQuery(
                  "select memberId, memberType from MemberRow where groupId = :group"
                      + " and present = true and memberId > :beyond order by memberId",
                  Object[].class)
              .setParameter("group", group)
              .setParameter("beyond", beyond)
              .setMaxResults(PAGE)
              .getResultList();
      Map<Long, String> names = new HashMap<>();
      for (ResourceType type : ResourceType.values()) {
        names.putAll(
            names(
                manager,
                type,
                page.stream()
                    .filter(row -> type.word().equals(row[1]))
                    .map(row -> (Long) row[0])
                    .toList()));
      }
      for (Object[] row : page) {
        beyond = (Long) row[0];
        String name = names.get(beyond);
        if (name != null) {
          members.add(new Member(beyond, ResourceType.of((String) row[1]), name));
        }
      }
    } while (page.size() == PAGE);
    return members;
  }

  /** userName or displayName of the live ones among these. */
  private static Map<Long, String> names(
      EntityManager manager, ResourceType type, Collection<Long> ids) {
    String query =
        type == ResourceType.USER
            ? "select id, userName from UserRow where deletedAt is null and id"
            : "select id, displayName from GroupRow where deletedAt is null and id";
    Map<Long, String> names = new HashMap<>();
    for (List<Long> some : pages(List.copyOf(new TreeSet<>(ids)))) {
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

  private static List<List<Long>> pages(List<Long> ids) {
    List<List<Long>> pages = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += PAGE) {
      pages.add(ids.subList(from, Math.min(from + PAGE, ids.size())));
    }
    return pages;
  }
}
