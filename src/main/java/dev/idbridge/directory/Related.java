package dev.idbridge.directory;

import dev.idbridge.model.Resource;
import dev.idbridge.model.Resource.Member;
import dev.idbridge.model.ResourceType;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The other ends of memberships: a group's members, a user's direct groups; live ones only. */
final class Related {
  private static final int PAGE = 1_000;

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
    Map<Long, List<Member>> groups = new HashMap<>();
    if (users.isEmpty()) {
      return groups;
    }
    manager
        .createQuery(
            """
            select m.memberId, g.id, g.displayName from MemberRow m
            join GroupRow g on g.id = m.groupId
            where m.memberId in :users and m.present = true and g.deletedAt is null
            order by g.id
            """,
            Object[].class)
        .setParameter("users", users)
        .getResultStream()
        .forEach(
            row ->
                groups
                    .computeIfAbsent((Long) row[0], user -> new ArrayList<>())
                    .add(new Member((Long) row[1], ResourceType.GROUP, (String) row[2])));
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
                  """
                  select m.memberId, m.memberType, u.userName, g.displayName from MemberRow m
                  left join UserRow u on u.id = m.memberId and u.deletedAt is null
                  left join GroupRow g on g.id = m.memberId and g.deletedAt is null
                  where m.groupId = :group and m.present = true and m.memberId > :beyond
                  order by m.memberId
                  """,
                  Object[].class)
              .setParameter("group", group)
              .setParameter("beyond", beyond)
              .setMaxResults(PAGE)
              .getResultList();
      for (Object[] row : page) {
        Object display = row[2] != null ? row[2] : row[3];
        if (display instanceof String name) {
          members.add(new Member((Long) row[0], ResourceType.of((String) row[1]), name));
        }
        beyond = (Long) row[0];
      }
    } while (page.size() == PAGE);
    return members;
  }
}
