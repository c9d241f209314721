package dev.idbridge.directory;

import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.ScopeGroups;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Ids;
import dev.idbridge.model.ResourceType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What changes of groups mean for accounts: whoever came into, or left, a group that an app's scope
 * names, directly or through groups within, gets an account or loses it. Costs what changed, not
 * what the group holds; nothing at all where no scope names a group.
 */
final class ScopeChanges {
  private static final int DEEPEST = 64;

  /** Changes of one transaction, or of two at one time, bear no order that can be relied on. */
  private static final Duration SAME_MOMENT = Duration.ofSeconds(1);

  /**
   * One group of this transaction.
   *
   * @param first the version in which its first change was made
   * @param key what it is called now; null when it was deleted
   * @param before what it was called, when that was something else
   */
  private record Changed(
      Held group,
      ChangeRequest request,
      long cause,
      long first,
      @Nullable String key,
      @Nullable String before) {}

  private final Map<Long, Changed> changed = new HashMap<>();

  /** A group changed, or its members. */
  void changed(Held group, ChangeRequest request, long cause) {
    String stored = group.stored.string("displayName");
    String before = stored == null ? null : NameKey.of(stored);
    Changed earlier = changed.get(group.id);
    changed.put(
        group.id,
        new Changed(
            group,
            request,
            cause,
            earlier == null ? group.version : earlier.first,
            group.key,
            before == null || before.equals(group.key) ? null : before));
  }

  /** Everything, after the members are written; answers lanes to be made due. */
  List<Trigger> write(Connection connection, Sweeps sweeps, long now) throws SQLException {
    if (changed.isEmpty()) {
      return List.of();
    }
    Map<Integer, Set<String>> scopes = scopes(connection);
    if (scopes.isEmpty()) {
      return List.of();
    }
    List<Trigger> due = new ArrayList<>();
    for (Changed one : changed.values()) {
      Set<String> above = new HashSet<>(namesAbove(connection, one.group.id));
      if (one.key != null) {
        above.add(one.key);
      }
      for (int app : one.request.apps()) {
        Set<String> scope = scopes.getOrDefault(app, Set.of());
        boolean renamed =
            one.key != null
                && one.before != null
                && scope.contains(one.before) != scope.contains(one.key);
        if (renamed) {
          sweep(connection, sweeps, app, one.group.id, one, Priority.LEAVER, now);
        } else if (above.stream().anyMatch(scope::contains)) {
          members(connection, sweeps, app, one, now, due);
        }
      }
    }
    return due;
  }

  private static Map<Integer, Set<String>> scopes(Connection connection) throws SQLException {
    Map<Integer, Set<String>> scopes = new HashMap<>();
    ScopeGroups.all(connection)
        .forEach(
            (app, names) ->
                scopes.put(app, names.stream().map(NameKey::of).collect(Collectors.toSet())));
    return scopes;
  }

  /** Names of the groups that hold this one, directly or further up. */
  private static Set<String> namesAbove(Connection connection, long group) throws SQLException {
    Set<Long> above = new TreeSet<>();
    Set<Long> level = Set.of(group);
    for (int depth = 0; !level.isEmpty() && depth <= DEEPEST; depth++) {
      Set<Long> next = new TreeSet<>();
      for (MemberRows.Key edge : MemberRows.holders(connection, level)) {
        if (above.add(edge.group())) {
          next.add(edge.group());
        }
      }
      level = next;
    }
    Set<String> names = new HashSet<>();
    if (!above.isEmpty()) {
      InList.byId(
          connection,
          "SELECT display_name_key FROM directory_group WHERE deleted_at IS NULL AND id IN",
          "",
          above,
          row -> names.add(row.getString(1)));
    }
    return names;
  }

  private static void members(
      Connection connection, Sweeps sweeps, int app, Changed one, long now, List<Trigger> due)
      throws SQLException {
    List<Trigger> few = new ArrayList<>();
    Set<Long> groups = new TreeSet<>();
    boolean many = false;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT member_id, member_type, present FROM directory_member"
                + " WHERE group_id = ? AND changed_version >= ?"
                + " ORDER BY group_id, changed_version, member_id LIMIT "
                + (LaneTriggers.MOST + 1))) {
      select.setLong(1, one.group.id);
      select.setLong(2, one.first);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          if (found.getString(2).equals(ResourceType.USER.word())) {
            few.add(
                trigger(
                    app,
                    found.getLong(1),
                    one.group.directory,
                    one.cause,
                    found.getBoolean(3) ? Priority.NORMAL : Priority.LEAVER,
                    now));
          } else {
            groups.add(found.getLong(1));
          }
          many = few.size() + groups.size() > LaneTriggers.MOST;
        }
      }
    }
    if (many) {
      sweep(connection, sweeps, app, one.group.id, one, Priority.LEAVER, now);
      return;
    }
    due.addAll(few);
    for (long group : groups) {
      sweep(connection, sweeps, app, group, one, Priority.LEAVER, now);
    }
  }

  private static Trigger trigger(
      int app, long user, long directory, long cause, Priority priority, long now) {
    return new Trigger(app, LaneKind.ACCOUNT, user, directory, cause, now, priority);
  }

  private static void sweep(
      Connection connection,
      Sweeps sweeps,
      int app,
      long group,
      Changed one,
      Priority priority,
      long now)
      throws SQLException {
    sweeps.start(
        connection,
        app,
        Sweeps.Root.SCOPE_MEMBERS,
        group,
        one.group.directory,
        one.cause,
        priority,
        now);
  }

  /**
   * Makes the accounts of these members of a group due, in apps whose scope names groups; groups
   * among them are swept. Who left before the change counts no more: that was looked at then, and
   * groups that changed places again and again would be followed in circles.
   *
   * @param apps those asked for; of them, those whose scope names groups count
   */
  static List<Trigger> page(
      Connection connection,
      Sweeps sweeps,
      Collection<Integer> apps,
      Group group,
      List<Long> members,
      long now)
      throws SQLException {
    Set<Integer> scoped = new TreeSet<>(ScopeGroups.all(connection).keySet());
    scoped.retainAll(apps);
    if (scoped.isEmpty() || members.isEmpty()) {
      return List.of();
    }
    Map<Integer, Set<Long>> losing = new HashMap<>();
    for (int app : scoped) {
      losing.put(app, ScopeGroups.holding(connection, app, members));
    }
    List<Trigger> due = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT member_id, member_type FROM directory_member"
                + " WHERE group_id = ? AND member_id BETWEEN ? AND ?"
                + " AND (present = TRUE OR cause >= ?)")) {
      select.setLong(1, group.id);
      select.setLong(2, members.getFirst());
      select.setLong(3, members.getLast());
      select.setLong(4, Ids.before(group.cause, SAME_MOMENT));
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          long member = found.getLong(1);
          for (int app : scoped) {
            if (found.getString(2).equals(ResourceType.USER.word())) {
              // Whether somebody came or left is decided when the lane is; who has nothing to lose
              // came.
              Priority priority =
                  losing.getOrDefault(app, Set.of()).contains(member)
                      ? Priority.LEAVER
                      : Priority.NORMAL;
              due.add(trigger(app, member, group.directory, group.cause, priority, now));
            } else if (group.depth < DEEPEST) {
              sweeps.descend(
                  connection,
                  app,
                  member,
                  group.directory,
                  group.cause,
                  Priority.LEAVER,
                  group.depth + 1,
                  now);
            }
          }
        }
      }
    }
    return due;
  }

  /**
   * A group whose members are walked along, and why.
   *
   * @param depth how many groups lie between the one that changed and this one
   */
  record Group(long id, long directory, long cause, int depth) {}
}
