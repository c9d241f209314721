package dev.idbridge.directory;

import dev.idbridge.ledger.Feeds;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.SweepWork;
import dev.idbridge.ledger.SweepWork.Sweep;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Ends the member rows that a deleted user or group left behind, page by page. Reads hide them
 * already; what follows here is each group's version, and the end of the rows. Thread-safe.
 */
public final class MembershipSweep {
  private static final int PAGE = 200;

  private final Transactions transactions;
  private final LaneTriggers lanes;
  private final Sweeps sweeps;
  private final Feeds feeds;
  private final LongFunction<List<Integer>> appsOf;
  private final Clock clock;

  /**
   * @param appsOf ids of the apps that follow a directory
   */
  public MembershipSweep(
      Transactions transactions,
      LaneTriggers lanes,
      Sweeps sweeps,
      LongFunction<List<Integer>> appsOf,
      Clock clock) {
    this.transactions = transactions;
    this.lanes = lanes;
    this.sweeps = sweeps;
    this.feeds = new Feeds(sweeps);
    this.appsOf = appsOf;
    this.clock = clock;
  }

  /** Whether this is one of the sweeps done here. */
  public static boolean takes(Sweep sweep) {
    return sweep.root().equals(Sweeps.Root.USER_GROUPS.word())
        || sweep.root().equals(Sweeps.Root.SCOPE_MEMBERS.word())
        || sweep.root().equals(Sweeps.Root.GROUP_MEMBERS.word())
        || sweep.root().equals(Sweeps.Root.GROUP_CHILDREN.word());
  }

  /** One page; true when the sweep is over. */
  public boolean page(Sweep sweep) {
    return transactions.run(
        connection -> {
          List<Long> page =
              switch (Sweeps.Root.of(sweep.root())) {
                case USER_GROUPS -> leaveGroups(connection, sweep);
                case SCOPE_MEMBERS -> lookAtAccounts(connection, sweep);
                case GROUP_CHILDREN -> childrenMoved(connection, sweep);
                default -> dropMembers(connection, sweep);
              };
          if (sweep.root().equals(Sweeps.Root.GROUP_MEMBERS.word())) {
            loseGrants(connection, sweep, page);
          }
          if (page.size() < PAGE) {
            SweepWork.finish(connection, sweep);
            return true;
          }
          SweepWork.advance(connection, sweep, page.getLast());
          return false;
        });
  }

  /** The deleted user leaves each group: a change of that group like any other. */
  private List<Long> leaveGroups(Connection connection, Sweep sweep) throws SQLException {
    List<Long> groups =
        ids(
            connection,
            """
            SELECT group_id FROM directory_member
            WHERE member_id = ? AND group_id > ? AND present = TRUE
            ORDER BY member_id, group_id LIMIT ?
            """,
            sweep);
    long now = clock.millis();
    List<Trigger> due = new ArrayList<>();
    try (PreparedStatement bump =
            connection.prepareStatement(
                "UPDATE directory_group SET version = version + 1, modified_at = ? WHERE id = ?");
        PreparedStatement leave =
            connection.prepareStatement(
                """
                UPDATE directory_member SET present = FALSE, cause = ?, changed_version =
                    (SELECT g.version FROM directory_group g WHERE g.id = ?)
                WHERE group_id = ? AND member_id = ? AND present = TRUE
                """)) {
      for (long group : groups) {
        bump.setLong(1, now);
        bump.setLong(2, group);
        bump.executeUpdate();
        leave.setLong(1, sweep.cause());
        leave.setLong(2, group);
        leave.setLong(3, group);
        leave.setLong(4, sweep.rootId());
        leave.executeUpdate();
        for (int app : appsOf.apply(sweep.directory())) {
          due.add(
              new Trigger(
                  app,
                  LaneKind.TEAM,
                  group,
                  sweep.directory(),
                  sweep.cause(),
                  now,
                  Priority.LEAVER));
        }
      }
    }
    due.addAll(
        feeds.changed(
            connection,
            groups.stream()
                .map(
                    group ->
                        new Feeds.Changed(group, sweep.directory(), sweep.cause(), Priority.LEAVER))
                .toList(),
            now));
    lanes.makeDue(connection, due);
    return groups;
  }

  /** Groups that came into a group, or left it, among very many: their place is looked at. */
  private List<Long> childrenMoved(Connection connection, Sweep sweep) throws SQLException {
    List<Long> children =
        ids(
            connection,
            """
            SELECT member_id FROM directory_member
            WHERE group_id = ? AND member_id > ? AND member_type = 'Group'
            ORDER BY group_id, member_id LIMIT ?
            """,
            sweep);
    moved(connection, sweep, children);
    return children;
  }

  private void moved(Connection connection, Sweep sweep, List<Long> groups) throws SQLException {
    List<Integer> apps = appsOf.apply(sweep.directory());
    Feeds.ask(connection, apps, groups, sweep.cause(), sweep.priority());
    long now = clock.millis();
    List<Trigger> due = new ArrayList<>();
    for (int app : apps) {
      for (long group : groups) {
        due.add(
            new Trigger(
                app,
                LaneKind.TEAM,
                group,
                sweep.directory(),
                sweep.cause(),
                now,
                sweep.priority()));
      }
    }
    lanes.makeDue(connection, due);
  }

  /**
   * Apps dissolve a deleted group's own team from their own rows; other teams that it fed look at
   * whom it brought, and groups in it have another place. So these rows can go.
   */
  private List<Long> dropMembers(Connection connection, Sweep sweep) throws SQLException {
    List<Long> members =
        ids(
            connection,
            """
            SELECT member_id FROM directory_member
            WHERE group_id = ? AND member_id > ? ORDER BY group_id, member_id LIMIT ?
            """,
            sweep);
    accounts(connection, sweep, appsOf.apply(sweep.directory()), members);
    if (!members.isEmpty()) {
      Feeds.Changed change =
          new Feeds.Changed(sweep.rootId(), sweep.directory(), sweep.cause(), Priority.LEAVER);
      lanes.makeDue(connection, Feeds.left(connection, change, members, clock.millis()));
      moved(connection, sweep, groupsAmong(connection, sweep.rootId(), members));
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM directory_member WHERE group_id = ? AND member_id = ?")) {
      for (long member : members) {
        delete.setLong(1, sweep.rootId());
        delete.setLong(2, member);
        delete.addBatch();
      }
      if (!members.isEmpty()) {
        delete.executeBatch();
      }
    }
    return members;
  }

  /** Members who came or went among very many, or whose group came or went. */
  private List<Long> lookAtAccounts(Connection connection, Sweep sweep) throws SQLException {
    List<Long> members =
        ids(
            connection,
            """
            SELECT member_id FROM directory_member
            WHERE group_id = ? AND member_id > ? ORDER BY group_id, member_id LIMIT ?
            """,
            sweep);
    accounts(connection, sweep, List.of(sweep.app()), members);
    return members;
  }

  private void accounts(Connection connection, Sweep sweep, List<Integer> apps, List<Long> members)
      throws SQLException {
    lanes.makeDue(
        connection,
        ScopeChanges.page(
            connection,
            sweeps,
            apps,
            new ScopeChanges.Group(sweep.rootId(), sweep.directory(), sweep.cause(), sweep.depth()),
            members,
            clock.millis()));
  }

  /** What the group brought them is looked at anew: nobody is left to tell who they were. */
  private void loseGrants(Connection connection, Sweep sweep, List<Long> members)
      throws SQLException {
    long now = clock.millis();
    for (int app : appsOf.apply(sweep.directory())) {
      if (lanes.granting(app)) {
        lanes.makeDue(
            connection,
            members.stream()
                .map(
                    member ->
                        new Trigger(
                            app,
                            LaneKind.GRANTS,
                            member,
                            sweep.directory(),
                            sweep.cause(),
                            now,
                            Priority.LEAVER))
                .toList());
      }
    }
  }

  private static List<Long> groupsAmong(Connection connection, long group, List<Long> members)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT member_id FROM directory_member WHERE group_id = ? AND present = TRUE"
                + " AND member_type = 'Group' AND member_id BETWEEN ? AND ?")) {
      select.setLong(1, group);
      select.setLong(2, members.getFirst());
      select.setLong(3, members.getLast());
      List<Long> groups = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          groups.add(found.getLong(1));
        }
      }
      return groups;
    }
  }

  private static List<Long> ids(Connection connection, String sql, Sweep sweep)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, sweep.rootId());
      select.setLong(2, sweep.position());
      select.setInt(3, PAGE);
      List<Long> ids = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          ids.add(found.getLong(1));
        }
      }
      return ids;
    }
  }
}
