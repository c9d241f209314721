package dev.idbridge.ledger;

import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.ledger.NamedTeams.NamedTeam;
import dev.idbridge.model.Ids;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.GroupCommit;
import dev.idbridge.store.StatementRefused;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as {@code delivery} uses it. Every method is one transaction (or one shared commit) of
 * its own and throws {@link dev.idbridge.model.StoreUnavailable} when the database cannot be used.
 * Thread-safe.
 */
public final class Ledger implements AutoCloseable {
  /** A transaction holds up what comes after it. */
  private static final int BATCH = 64;

  private static final int QUEUE = 4_096;

  /** Reads of deliveries at one time: the rest of the pool is for intake and bookings. */
  private static final int READERS = 6;

  private final Transactions transactions;
  private final Clock clock;
  private final LaneClaims claims;
  private final LinkRows links = new LinkRows();
  private final TeamExpansion expansion = new TeamExpansion();
  private final GrantExpansion grantExpansion;
  private final LaneTriggers lanes;
  private final NamedTeams namedTeams;
  private final Bookings bookings;
  private final GroupCommit<Booking, Boolean> commits;
  private final ReentrantLock oneClaimer = new ReentrantLock();
  private final Queue<Abandoned> abandoned = new ConcurrentLinkedQueue<>();
  private final Semaphore readers = new Semaphore(READERS, true);

  public Ledger(
      Transactions transactions,
      Ids ids,
      int node,
      Clock clock,
      SyncLog log,
      LaneTriggers lanes,
      Sweeps sweeps) {
    this.transactions = transactions;
    this.clock = clock;
    this.grantExpansion = new GrantExpansion(lanes);
    this.lanes = lanes;
    this.namedTeams = new NamedTeams(ids);
    this.claims = new LaneClaims(ids, node, transactions.kind() == DatabaseKind.MARIADB);
    this.bookings = new Bookings(ids, log, lanes, sweeps);
    this.commits =
        new GroupCommit<>(
            "bookings",
            transactions,
            transactions.kind().writers(),
            BATCH,
            QUEUE,
            new Handler(bookings));
  }

  private record Handler(Bookings bookings) implements GroupCommit.Handler<Booking, Boolean> {
    @Override
    public void apply(Connection connection, List<GroupCommit.Item<Booking, Boolean>> items)
        throws SQLException {
      bookings.book(connection, items.stream().map(GroupCommit.Item::request).toList());
      items.forEach(item -> item.done(true));
    }

    /** What an app's backlog books does not delay what other apps do. */
    @Override
    public Object sharer(Booking booking) {
      return booking.lane.app();
    }

    @Override
    public Exception refusal(Booking booking, StatementRefused refused) {
      // Two newcomers linked the same thing at the same moment: one of them won.
      Link link = booking.link;
      return refused.duplicate() && link != null ? new LinkTaken(link, 0, true) : refused;
    }
  }

  /** Up to so many due lanes of an app, leavers first; ours until the lease ends. */
  public List<Lane> claim(int app, int most, Duration lease) {
    return claim(app, Priority.SWEEP, most, lease);
  }

  /** The same of lanes that are at least this urgent. */
  public List<Lane> claim(int app, Priority least, int most, Duration lease) {
    if (transactions.kind() == DatabaseKind.MARIADB) {
      return claimOnce(app, least, most, lease);
    }
    oneClaimer.lock();
    try {
      return claimOnce(app, least, most, lease);
    } finally {
      oneClaimer.unlock();
    }
  }

  /**
   * Lanes whose delivery ended because the database went away: due again, in doubt, with the first
   * claim after it is back. More than a few thousand come back by themselves when their leases end.
   */
  public void abandon(Collection<Lane> lanes) {
    lanes.forEach(lane -> abandon(lane, null));
  }

  /**
   * The same of a delivery that called the app: when somebody else has the lane by then, the call
   * may have come after theirs, and the target is asserted once more.
   *
   * @param called null when nothing was
   */
  public void abandon(Lane lane, @Nullable Called called) {
    if (abandoned.size() < QUEUE) {
      abandoned.add(new Abandoned(lane, called));
    }
  }

  private record Abandoned(Lane lane, @Nullable Called called) {}

  private void giveBack(long now) {
    List<Abandoned> lanes = new ArrayList<>(abandoned);
    if (lanes.isEmpty()) {
      return;
    }
    lanes.sort(
        Comparator.comparing(
            Abandoned::lane,
            Comparator.comparingInt(Lane::app)
                .thenComparing(lane -> lane.kind().word())
                .thenComparingLong(Lane::target)));
    transactions.run(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE lane SET due_at = ? WHERE app_id = ? AND kind = ? AND target_id = ?"
                      + " AND lease_token = ? AND state = 'leased'")) {
            for (Abandoned one : lanes) {
              Lane lane = one.lane;
              update.setLong(1, now);
              update.setInt(2, lane.app());
              update.setString(3, lane.kind().word());
              update.setLong(4, lane.target());
              update.setLong(5, lane.leaseToken());
              if (update.executeUpdate() == 0 && one.called != null) {
                LateCalls.reassert(connection, lane, one.called, now);
              }
            }
            return true;
          }
        });
    abandoned.removeAll(lanes);
  }

  private List<Lane> claimOnce(int app, Priority least, int most, Duration lease) {
    long now = clock.millis();
    giveBack(now);
    return transactions.run(
        connection -> claims.claim(connection, app, least, most, now, now + lease.toMillis()));
  }

  /**
   * Lanes that a daemon before this one held: due at once, in doubt. Only where no other daemon can
   * hold any, as on the embedded store.
   */
  public void takeOver() {
    long now = clock.millis();
    transactions.run(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE lane SET due_at = ?"
                      + " WHERE app_id = ? AND state = 'leased' AND due_at > ?")) {
            int taken = 0;
            for (int app : AppRegister.known(connection)) {
              update.setLong(1, now);
              update.setInt(2, app);
              update.setLong(3, now);
              taken += update.executeUpdate();
            }
            return taken;
          }
        });
  }

  /**
   * Makes a step of a delivery durable.
   *
   * @throws LaneLost when the lease is gone: nothing was stored
   * @throws LinkTaken when another live resource holds the link: nothing was stored
   */
  public void book(Booking booking) {
    try {
      commits.submit(booking).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * A holder made a call after it had lost the lane, and its effect may have come after those of
   * the next holder: the whole target is asserted once more, also when it is being delivered now.
   */
  public void reassert(Lane lane, Called called) {
    long now = clock.millis();
    transactions.run(
        connection -> {
          LateCalls.reassert(connection, lane, called, now);
          return true;
        });
  }

  /** Every role of an account or team that is asked for, or held by us. */
  public List<GrantRow> grants(int app, LaneKind subject, long target) {
    return read(connection -> GrantRows.of(connection, app, subject, target));
  }

  /** Remote ids of other active accounts that hold the role as far as we know; up to so many. */
  public List<String> holders(Lane lane, Role role, int most) {
    return read(
        connection -> LastHolders.others(connection, lane.app(), role, lane.target(), most));
  }

  /**
   * Books that the lane's account is about to lose the role, if another active account goes on
   * holding it: of two that are asked about at one time, one stays.
   *
   * @param shown remote ids of active accounts that hold it as the app shows; null where the app
   *     cannot be asked
   * @return false when nobody else holds it: nothing was stored
   * @throws LaneLost when the lease is gone: nothing was stored
   */
  public boolean release(Booking booking, Role role, @Nullable Collection<String> shown) {
    return transactions.run(
        connection -> {
          LastHolders.lock(connection);
          Lane lane = booking.lane;
          if (!LastHolders.remains(connection, lane.app(), role, lane.target(), shown)) {
            return false;
          }
          bookings.book(connection, List.of(booking));
          return true;
        });
  }

  /**
   * One page of the members whom a change of a group concerns: their grants are made due.
   *
   * @param lane the group's lane of grants
   * @param basis what the group brings now; empty for nothing
   * @return whether there may be more
   */
  public boolean expandGrants(Lane lane, String basis) {
    long now = clock.millis();
    return read(connection -> grantExpansion.page(connection, lane, basis, now));
  }

  /** Of these teams, those in which the account is a member as far as we know. */
  public Set<Long> teamsHolding(int app, long account, Collection<Long> teams) {
    return teams.isEmpty()
        ? Set.of()
        : read(connection -> MemberRows.holding(connection, app, account, teams));
  }

  /** Memberships of the lane's team that were written and are to be looked at; up to so many. */
  public List<MemberLook> looks(Lane lane, int most) {
    return read(connection -> MemberLooks.of(connection, lane, most));
  }

  /** Roles of the lane's account or team that were written and are to be looked at. */
  public List<GrantLook> grantLooks(Lane lane, LaneKind subject, int most) {
    return read(connection -> GrantLooks.of(connection, lane, subject, most));
  }

  /** Finishes what was handed in. */
  @Override
  public void close() {
    commits.close();
  }

  /** Links of these resources in an app, by resource; those that are linked. One query. */
  public Map<Long, Link> links(int app, LaneKind kind, Collection<Long> resources) {
    return resources.isEmpty()
        ? Map.of()
        : read(connection -> links.find(connection, app, kind, resources));
  }

  /** Many deliveries run at one time; they share a part of the pool for what they read. */
  private <T extends @Nullable Object> T read(Transactions.Work<T, RuntimeException> work) {
    readers.acquireUninterruptibly();
    try {
      return transactions.run(work);
    } finally {
      readers.release();
    }
  }

  /**
   * Turns the membership changes of all groups that feed the team into rows to be looked at; all of
   * them, in pages.
   */
  public void expand(Lane lane) {
    boolean more = true;
    while (more) {
      more = read(connection -> expansion.page(connection, lane.app(), lane.target()));
    }
    long now = clock.millis();
    read(
        connection -> {
          MemberWork.unpark(connection, lane, now);
          return true;
        });
  }

  /**
   * Teams with membership changes that nobody turned into rows yet, none of them being delivered.
   */
  public List<Long> toExpand(int app, int most) {
    return read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT target_id FROM lane WHERE app_id = ? AND kind = 'team'
                    AND state IN ('due', 'backoff') AND wanted_seq > expanded_seq LIMIT ?
                  """)) {
            select.setInt(1, app);
            select.setInt(2, most);
            List<Long> teams = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                teams.add(found.getLong(1));
              }
            }
            return teams;
          }
        });
  }

  /**
   * Turns the group's membership changes into rows while nobody holds the team's lane, page by
   * page; stops where somebody claims it.
   *
   * @param pages false: nothing is to be expanded, only noted as done
   */
  public void expandAhead(int app, long team, boolean pages) {
    boolean more = true;
    while (more) {
      more = read(connection -> pageAhead(connection, app, team, pages));
    }
  }

  private boolean pageAhead(Connection connection, int app, long team, boolean pages)
      throws SQLException {
    long wanted;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT wanted_seq, state FROM lane"
                + " WHERE app_id = ? AND kind = 'team' AND target_id = ? FOR UPDATE")) {
      select.setInt(1, app);
      select.setLong(2, team);
      try (ResultSet found = select.executeQuery()) {
        if (!found.next() || found.getString(2).equals(LaneState.LEASED.word())) {
          return false;
        }
        wanted = found.getLong(1);
      }
    }
    if (pages && expansion.page(connection, app, team)) {
      return true;
    }
    try (PreparedStatement done =
        connection.prepareStatement(
            "UPDATE lane SET expanded_seq = ?"
                + " WHERE app_id = ? AND kind = 'team' AND target_id = ?")) {
      done.setLong(1, wanted);
      done.setInt(2, app);
      done.setLong(3, team);
      done.executeUpdate();
      return false;
    }
  }

  /** The own teams of these groups in an app, by group; those that have any. One query. */
  public Map<Long, List<TeamSources.Own>> ownTeams(int app, Collection<Long> groups) {
    return groups.isEmpty()
        ? Map.of()
        : read(connection -> TeamSources.own(connection, app, groups));
  }

  /** Those of these lane targets that are teams which rules name. One query. */
  public Map<Long, NamedTeam> namedTeams(Collection<Long> ids) {
    return ids.isEmpty() ? Map.of() : read(connection -> NamedTeams.of(connection, ids));
  }

  /**
   * Who stands for the team of this name from now on, and has none in the app yet; null for nobody.
   *
   * @param routed the team that the lane's group is mapped to; null where the lane's team is one
   *     that rules name
   */
  public @Nullable Long heir(Lane lane, @Nullable Long routed, String name) {
    return read(
        connection ->
            routed == null
                ? TeamSources.ownOfName(connection, lane.app(), lane.directory(), name)
                : routed != lane.target() && NamedTeams.waits(connection, lane.app(), routed, name)
                    ? routed
                    : null);
  }

  /** The team of this name that rules map groups to; made when it is new. */
  public long namedTeam(int app, long directory, String name) {
    long now = clock.millis();
    for (int attempt = 0; ; attempt++) {
      try {
        return transactions.run(connection -> namedTeams.id(connection, app, directory, name, now));
      } catch (StatementRefused e) {
        // Another delivery made it at the same moment.
        if (!e.duplicate() || attempt > 3) {
          throw e;
        }
      }
    }
  }

  /**
   * From now on the lane's group is this team in the app and no other; teams that it feeds more, or
   * no more, become due.
   *
   * @param team null when the group has no team in the app
   * @param deep whether the team takes the members of the groups below, too
   * @param placed whether the teams of the groups below stand under this one
   */
  public void route(Lane lane, @Nullable Long team, boolean deep, boolean placed) {
    long now = clock.millis();
    transactions.run(
        connection -> {
          // Whoever lost the lane knows no more what the group is.
          new Leases().confirm(connection, List.of(new Booking(lane, now)));
          List<Long> touched =
              TeamSources.route(
                  connection,
                  lane.app(),
                  lane.target(),
                  team,
                  deep,
                  placed,
                  lane.lastCause(),
                  lane.priority());
          lanes.makeDue(
              connection,
              touched.stream()
                  .map(
                      other ->
                          new Trigger(
                              lane.app(),
                              LaneKind.TEAM,
                              other,
                              lane.directory(),
                              lane.lastCause(),
                              now,
                              lane.priority()))
                  .toList());
          return true;
        });
  }

  /** A team of ours in the app that we put under this one; 0 for none. */
  public long teamBelow(int app, long team) {
    return read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT resource_id FROM link"
                      + " WHERE app_id = ? AND kind = 'team' AND parent_id = ? LIMIT 1")) {
            select.setInt(1, app);
            select.setLong(2, team);
            try (ResultSet found = select.executeQuery()) {
              return found.next() ? found.getLong(1) : 0L;
            }
          }
        });
  }

  /** The team lost its group: every row is to be looked at for removal. */
  public void dissolve(Lane lane) {
    boolean more = true;
    while (more) {
      more = read(connection -> expansion.dissolvePage(connection, lane));
    }
    boolean left = true;
    while (left) {
      left =
          read(
              connection ->
                  TeamSources.clearPage(connection, lane.app(), lane.target(), TeamExpansion.PAGE));
    }
  }

  /**
   * Rows to be delivered, with everything that decides about them now; removals first.
   *
   * @param adds false: nothing but removals
   */
  public List<MemberWork> work(Lane lane, int most, boolean adds) {
    return read(
        connection -> {
          List<MemberWork> rows =
              new java.util.ArrayList<>(
                  MemberWork.page(connection, lane, MemberRow.State.REMOVING, most));
          if (adds && rows.size() < most) {
            rows.addAll(MemberWork.page(connection, lane, MemberRow.State.DUE, most - rows.size()));
          }
          return rows;
        });
  }

  /** Whether anybody is, or may be, in the lane's team by our doing as far as we know. */
  public boolean holdsMembers(Lane lane) {
    return read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT 1 FROM app_member WHERE app_id = ? AND team_id = ?"
                      + " AND (held = TRUE OR seen IS NOT NULL) LIMIT 1")) {
            select.setInt(1, lane.app());
            select.setLong(2, lane.target());
            try (ResultSet found = select.executeQuery()) {
              return found.next();
            }
          }
        });
  }

  /** Whether something else was wanted of the lane since it was claimed. */
  public boolean wantedMeanwhile(Lane lane) {
    return read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT 1 FROM lane WHERE app_id = ? AND kind = ? AND target_id = ?"
                      + " AND wanted_seq > claimed_seq")) {
            select.setInt(1, lane.app());
            select.setString(2, lane.kind().word());
            select.setLong(3, lane.target());
            try (ResultSet found = select.executeQuery()) {
              return found.next();
            }
          }
        });
  }

  /** Roles of the lane's team that are to be revoked, or of which nobody decided yet. */
  public List<String> rolesLeft(Lane lane) {
    return read(connection -> TeamWaits.rolesLeft(connection, lane));
  }

  /**
   * When the next of the team's members whose call failed is to be tried again, milliseconds since
   * the epoch; null for none.
   */
  public @Nullable Long nextRetry(Lane lane) {
    return read(connection -> MemberRows.earliestRetry(connection, lane));
  }

  /** The oldest follow-up that is still to be run for an account. */
  public Optional<FollowUp> followUp(int app, long account) {
    return read(connection -> Departures.next(connection, app, account));
  }

  /** In how many teams of the app we still hold the account; detached ones stay as they are. */
  public int teamsHeld(int app, long account) {
    return read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT COUNT(*) FROM app_member a
                  WHERE app_id = ? AND account_id = ? AND held = TRUE
                    AND NOT EXISTS (SELECT 1 FROM lane l WHERE l.app_id = a.app_id
                      AND l.kind = 'team' AND l.target_id = a.team_id AND l.state = 'detached')
                  """)) {
            select.setInt(1, app);
            select.setLong(2, account);
            try (ResultSet found = select.executeQuery()) {
              found.next();
              return found.getInt(1);
            }
          }
        });
  }
}
