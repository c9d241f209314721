package dev.idbridge.directory;

import dev.idbridge.ledger.Feeds;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ResourceType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the changes of one transaction mean beyond the groups they name: for the teams that these
 * groups feed, and for groups that came into a group or left one.
 */
final class NestingChanges {
  /** Groups that one change moves; beyond it, a sweep. */
  private static final int MOST = 100;

  /**
   * One group's changes in this transaction.
   *
   * @param first the group's version after the first of them
   * @param unnamed versions in which members came or went that no request named
   */
  private record Group(
      Feeds.Changed what,
      ChangeRequest request,
      long first,
      Set<Long> unnamed,
      Set<Long> children) {}

  private record Deleted(long group, ChangeRequest request, long cause) {}

  private final Map<Long, Group> changed = new TreeMap<>();
  private final List<Deleted> deleted = new ArrayList<>();

  /**
   * @param version of the group after the change
   * @param wholesale whether members came or went that the request did not name
   */
  void changed(Feeds.Changed what, ChangeRequest request, long version, boolean wholesale) {
    Group before = changed.get(what.group());
    Group now =
        before == null
            ? new Group(what, request, version, new TreeSet<>(), new TreeSet<>())
            : new Group(
                what.priority().level() < before.what.priority().level() ? what : before.what,
                request,
                before.first,
                before.unnamed,
                before.children);
    if (wholesale) {
      now.unnamed.add(version);
    }
    changed.put(what.group(), now);
  }

  /** The group feeds nothing any more. */
  void deleted(long group, ChangeRequest request, long cause) {
    deleted.add(new Deleted(group, request, cause));
  }

  /**
   * Everything, after the members are written.
   *
   * @return lanes to be made due
   */
  List<Trigger> write(
      Connection connection,
      WriteBatch.Tools tools,
      Map<MemberRows.Key, MemberRows.Row> members,
      long now)
      throws SQLException {
    if (changed.isEmpty() && deleted.isEmpty()) {
      return List.of();
    }
    members.forEach(
        (key, row) -> {
          Group group = changed.get(key.group());
          if (row.type() == ResourceType.GROUP && group != null && row.version() >= group.first) {
            group.children.add(key.member());
          }
        });
    List<Trigger> due =
        new ArrayList<>(
            tools
                .feeds()
                .changed(connection, changed.values().stream().map(Group::what).toList(), now));
    Set<Long> asked = new TreeSet<>();
    for (Group group : changed.values()) {
      for (long version : group.unnamed) {
        group.children.addAll(unnamed(connection, group.what.group(), version));
      }
      if (group.children.size() > MOST) {
        sweep(connection, tools, group, now);
      } else if (asked.addAll(group.children)) {
        due.addAll(moved(connection, group, now));
      }
    }
    if (!asked.isEmpty() || !deleted.isEmpty()) {
      tools.sweeps().begins();
    }
    for (Deleted one : deleted) {
      Feeds.ask(connection, one.request.apps(), Set.of(one.group), one.cause, Priority.LEAVER);
    }
    return due;
  }

  private static List<Trigger> moved(Connection connection, Group group, long now)
      throws SQLException {
    Feeds.Changed what = group.what;
    Feeds.ask(connection, group.request.apps(), group.children, what.cause(), what.priority());
    List<Trigger> due = new ArrayList<>();
    for (int app : group.request.apps()) {
      for (long child : group.children) {
        due.add(
            new Trigger(
                app, LaneKind.TEAM, child, what.directory(), what.cause(), now, what.priority()));
      }
    }
    return due;
  }

  /**
   * Groups that came or went with this version of the group; no more than tell that they are many.
   */
  private static List<Long> unnamed(Connection connection, long group, long version)
      throws SQLException {
    List<Long> children = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT member_id FROM directory_member"
                + " WHERE group_id = ? AND changed_version = ? AND member_type = 'Group' LIMIT "
                + (MOST + 1))) {
      select.setLong(1, group);
      select.setLong(2, version);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          children.add(found.getLong(1));
        }
      }
    }
    return children;
  }

  private static void sweep(Connection connection, WriteBatch.Tools tools, Group group, long now)
      throws SQLException {
    tools
        .sweeps()
        .start(
            connection,
            0,
            Sweeps.Root.GROUP_CHILDREN,
            group.what.group(),
            group.what.directory(),
            group.what.cause(),
            group.what.priority(),
            now);
  }
}
