package dev.idbridge.ledger;

import dev.idbridge.store.EntityTransactions;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How single users, teams and roles stand in an app: what explanations read. Thread-safe; throws
 * {@link dev.idbridge.model.StoreUnavailable} when the database cannot be used.
 */
public final class Standings {
  /** Most memberships of one account that are read. */
  public static final int MOST = 1_000;

  private final EntityTransactions transactions;

  public Standings(EntityTransactions transactions) {
    this.transactions = transactions;
  }

  /**
   * A target in an app, with its lane. Times are milliseconds since the epoch, 0 for none.
   *
   * @param remoteId empty when it is not linked
   * @param found whether it was there before we came
   * @param enabled of an account: whether it may be used
   * @param state of its lane, empty when there is none
   * @param since when something was wanted of it last
   * @param blocker what its lane waits for; null for nothing
   */
  public record Place(
      LaneKind kind,
      long target,
      String remoteId,
      String label,
      boolean found,
      boolean enabled,
      String state,
      int attempts,
      long dueAt,
      long failingSince,
      long since,
      String reason,
      @Nullable LaneKind blocker,
      long blockerId) {

    /** Whether the lane has nothing to do. */
    public boolean quiet() {
      return state.isEmpty() || state.equals("idle") || state.equals("verifying");
    }
  }

  /** Of each of these, as many as there are. */
  public Map<Long, Place> places(int app, LaneKind kind, Collection<Long> targets) {
    Map<Long, Place> places = new HashMap<>();
    if (targets.isEmpty()) {
      return places;
    }
    transactions.run(
        manager -> {
          Map<Long, LinkRow> links = new HashMap<>();
          Map<Long, LaneRow> lanes = new HashMap<>();
          manager
              .createQuery(
                  "from LinkRow where appId = :app and kind = :kind and resourceId in :targets",
                  LinkRow.class)
              .setParameter("app", app)
              .setParameter("kind", kind.word())
              .setParameter("targets", targets)
              .getResultList()
              .forEach(row -> links.put(row.resourceId, row));
          manager
              .createQuery(
                  "from LaneRow where appId = :app and kind = :kind and targetId in :targets",
                  LaneRow.class)
              .setParameter("app", app)
              .setParameter("kind", kind.word())
              .setParameter("targets", targets)
              .getResultList()
              .forEach(row -> lanes.put(row.targetId, row));
          for (long target : targets) {
            places.put(target, place(kind, target, links.get(target), lanes.get(target)));
          }
          return null;
        });
    return places;
  }

  private static Place place(
      LaneKind kind, long target, @Nullable LinkRow link, @Nullable LaneRow lane) {
    return new Place(
        kind,
        target,
        link == null ? "" : link.remoteId,
        link == null ? "" : link.label,
        link != null && link.origin.equalsIgnoreCase("FOUND"),
        link != null && link.active,
        lane == null ? "" : lane.state,
        lane == null ? 0 : lane.attempts,
        lane == null ? 0 : time(lane.dueAt),
        lane == null ? 0 : time(lane.firstFailedAt),
        lane == null ? 0 : lane.wantedAt,
        lane == null ? "" : lane.reason,
        lane == null || lane.waitsForKind == null ? null : LaneKind.of(lane.waitsForKind),
        lane == null ? 0 : time(lane.waitsForId));
  }

  private static long time(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  public Place place(int app, LaneKind kind, long target) {
    return places(app, kind, Set.of(target)).getOrDefault(target, place(kind, target, null, null));
  }

  /**
   * What was done about an account in one team.
   *
   * @param state due, applied, parked or removing
   * @param held whether the account is in the team as far as we know
   * @param retryAt milliseconds since the epoch, 0 for none
   */
  public record Membership(
      long team,
      String state,
      boolean held,
      boolean found,
      int attempts,
      long retryAt,
      String reason,
      long cause) {}

  /** An account's memberships in an app, by team; at most {@link #MOST}. */
  public Map<Long, Membership> memberships(int app, long account) {
    Map<Long, Membership> memberships = new HashMap<>();
    transactions
        .run(
            manager ->
                manager
                    .createQuery(
                        "from AppMemberRow where appId = :app and accountId = :account"
                            + " order by teamId",
                        AppMemberRow.class)
                    .setParameter("app", app)
                    .setParameter("account", account)
                    .setMaxResults(MOST)
                    .getResultList())
        .forEach(
            row ->
                memberships.put(
                    row.teamId,
                    new Membership(
                        row.teamId,
                        row.state.toLowerCase(Locale.ROOT),
                        row.held,
                        row.origin.equalsIgnoreCase("FOUND"),
                        row.attempts,
                        time(row.retryAt),
                        row.reason,
                        row.cause)));
    return memberships;
  }

  /** Which team each of these groups has in an app; one that has none is missing. */
  public Map<Long, TeamSources.Own> teams(int app, Collection<Long> groups) {
    Map<Long, TeamSources.Own> teams = new HashMap<>();
    if (!groups.isEmpty()) {
      transactions
          .run(
              manager ->
                  manager
                      .createQuery(
                          "from TeamSourceRow where appId = :app and groupId in :groups"
                              + " and own = true order by teamId",
                          TeamSourceRow.class)
                      .setParameter("app", app)
                      .setParameter("groups", groups)
                      .getResultList())
          .forEach(row -> teams.put(row.groupId, new TeamSources.Own(row.teamId, row.deep)));
    }
    return teams;
  }

  /** Names of teams that rules name; others are missing. */
  public Map<Long, String> namedTeams(Collection<Long> teams) {
    Map<Long, String> names = new HashMap<>();
    if (!teams.isEmpty()) {
      transactions
          .run(
              manager ->
                  manager
                      .createQuery("from NamedTeamRow where id in :teams", NamedTeamRow.class)
                      .setParameter("teams", teams)
                      .getResultList())
          .forEach(row -> names.put(row.id, row.name));
    }
    return names;
  }

  /**
   * The dead letter of a lane, or of one member or role of it.
   *
   * @param member 0 for the lane's own
   * @return its id, 0 when there is none
   */
  public long letter(int app, LaneKind kind, long target, long member) {
    return transactions
        .run(
            manager ->
                manager
                    .createQuery(
                        "select d.id from DeadLetterRow d where d.appId = :app and d.kind = :kind"
                            + " and d.targetId = :target and d.memberId = :member",
                        Long.class)
                    .setParameter("app", app)
                    .setParameter("kind", kind.word())
                    .setParameter("target", target)
                    .setParameter("member", member)
                    .getResultList())
        .stream()
        .findFirst()
        .orElse(0L);
  }

  /** Whether an app follows a directory. */
  public boolean follows(int app, long directory) {
    return transactions.run(
        manager -> {
          AppRow row = manager.find(AppRow.class, app);
          return row != null && new HashSet<>(AppRegister.ids(row.follows)).contains(directory);
        });
  }
}
