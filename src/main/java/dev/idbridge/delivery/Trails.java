package dev.idbridge.delivery;

import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneKind;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells what deliveries of certain lanes do, step by step, while somebody looks. Costs nothing
 * while nobody does. Thread-safe.
 */
public final class Trails {
  private final ConcurrentHashMap<Key, Watcher> watched = new ConcurrentHashMap<>();

  /** Somebody who looks, and the claim they saw last. */
  private static final class Watcher {
    final Consumer<Step> hears;
    volatile long lease;

    Watcher(Consumer<Step> hears) {
      this.hears = hears;
    }
  }

  private record Key(int app, LaneKind kind, long target) {}

  /**
   * @param step expand, plan, call, answer or end
   */
  public record Step(String step, LaneKind kind, long target, String text) {}

  /** Ends what {@link #watch} began. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @param hears called by the delivery's thread; must be quick
   */
  public Watch watch(int app, LaneKind kind, long target, Consumer<Step> hears) {
    Key key = new Key(app, kind, target);
    Watcher watcher = new Watcher(hears);
    watched.put(key, watcher);
    return () -> watched.remove(key, watcher);
  }

  private @Nullable Watcher of(Delivery delivery) {
    if (watched.isEmpty()) {
      return null;
    }
    Lane lane = delivery.lane();
    return watched.get(new Key(lane.app(), lane.kind(), lane.target()));
  }

  private static void tell(Watcher watcher, Delivery delivery, String step, String text) {
    watcher.hears.accept(new Step(step, delivery.lane().kind(), delivery.lane().target(), text));
  }

  /** A round of planning begins. */
  void planning(Delivery delivery) {
    Watcher watcher = of(delivery);
    Lane lane = delivery.lane();
    if (watcher != null && watcher.lease != lane.leaseToken()) {
      watcher.lease = lane.leaseToken();
      tell(
          watcher,
          delivery,
          "expand",
          lane.causes()
              + " changes since the last delivery"
              + (lane.kind() == LaneKind.TEAM ? ", its members' rows brought up to date" : "")
              + (lane.inDoubt() ? "; in doubt: everything is asserted" : ""));
    }
  }

  /** A round of planning is over: there is a call to be made, or the lane has ended. */
  void planned(Delivery delivery) {
    Watcher watcher = of(delivery);
    if (watcher == null) {
      return;
    }
    Call call = delivery.call();
    if (call != null) {
      tell(watcher, delivery, "plan", words(call));
    } else if (delivery.isEnded()) {
      tell(watcher, delivery, "end", "nothing more to do in this delivery");
    }
  }

  void answered(Delivery delivery, Call call, Object answer) {
    Watcher watcher = of(delivery);
    if (watcher != null) {
      tell(watcher, delivery, "call", call.getClass().getSimpleName());
      tell(watcher, delivery, "answer", words(answer));
    }
  }

  void booked(Delivery delivery) {
    Watcher watcher = of(delivery);
    if (watcher != null && delivery.isEnded()) {
      tell(watcher, delivery, "end", "what happened is noted; the lane is free");
    }
  }

  static String words(Call call) {
    return switch (call) {
      case Call.FindAccounts find ->
          "look for the account by "
              + (find.keys().externalId() == null ? "" : "externalId, ")
              + "userName '"
              + find.keys().userName()
              + "'"
              + (find.keys().emails().isEmpty() ? "" : ", e-mail");
      case Call.SeeAccount see -> "look at account " + see.account();
      case Call.OnAccount on ->
          switch (on.plan()) {
            case AccountPlan.Create create ->
                "create account '" + create.account().userName() + "'";
            case AccountPlan.Update update ->
                "bring account '"
                    + update.account().userName()
                    + "' ("
                    + update.remoteId()
                    + ") up to date";
            case AccountPlan.Enable enable -> "enable account " + enable.remoteId();
            case AccountPlan.Disable disable -> "disable account " + disable.remoteId();
            case AccountPlan.Delete delete -> "delete account " + delete.remoteId();
          };
      case Call.FindTeams find -> "look for team '" + find.keys().name() + "' anywhere in the app";
      case Call.SeeTeam see -> "ask for team " + see.team();
      case Call.OnTeam on ->
          switch (on.plan()) {
            case TeamPlan.Create create -> "create team '" + create.team().name() + "'";
            case TeamPlan.Rename rename ->
                "rename team " + rename.remoteId() + " to '" + rename.team().name() + "'";
            case TeamPlan.Move move ->
                "put team "
                    + move.remoteId()
                    + (move.parent().isEmpty() ? " at the root" : " under team " + move.parent());
            case TeamPlan.Delete delete -> "delete team " + delete.remoteId();
          };
      case Call.SeeMembers see ->
          "ask which of " + see.accounts().size() + " accounts are in team " + see.team();
      case Call.OnMembers on ->
          "team "
              + on.plan().team()
              + ": add "
              + on.plan().added().size()
              + ", remove "
              + on.plan().removed().size()
              + " members";
      case Call.SeeGrants see -> "ask which of " + see.roles() + " " + see.subject() + " holds";
      case Call.ListGrants list -> "ask for every role that " + list.subject() + " holds";
      case Call.ListHolders list -> "ask who holds " + list.role();
      case Call.OnGrants on ->
          on.plan().subject()
              + ": grant "
              + on.plan().granted()
              + ", revoke "
              + on.plan().revoked();
      case Call.RunFollowUp run -> "run the follow-up " + run.endpoint();
    };
  }

  static String words(Object answer) {
    return switch (answer) {
      case Lookup.Complete<?> complete ->
          complete.found().isEmpty()
              ? "nothing found"
              : complete.found().stream().map(Trails::label).collect(Collectors.joining(", "));
      case Lookup.Failed<?> failed -> words(failed.why());
      case BatchOutcome.Whole whole -> words(whole.why());
      case BatchOutcome.Items items -> counted(items.items());
      case Map<?, ?> seen -> counted(seen);
      case Outcome.Applied applied -> "applied (" + applied.remoteId() + ")";
      case Outcome.Already already -> "already so (" + already.remoteId() + ")";
      case Outcome.NotFound gone -> "not found: " + gone.reason();
      case Outcome.Failure failure ->
          failure.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT)
              + ": "
              + failure.reason();
      default -> answer.getClass().getSimpleName();
    };
  }

  private static String label(Object found) {
    return switch (found) {
      case FoundAccount account ->
          "found " + account.label() + (account.active() ? "" : ", disabled");
      case FoundTeam team -> "found " + team;
      default -> "found";
    };
  }

  /** Items by how they ended, or by what was seen. */
  private static String counted(Map<?, ?> items) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Object value : items.values()) {
      String word = value instanceof Outcome outcome ? words((Object) outcome) : value.toString();
      counts.merge(word.replaceFirst(" \\(.*\\)$", ""), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .limit(10)
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
