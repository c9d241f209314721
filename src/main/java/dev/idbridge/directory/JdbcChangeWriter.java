package dev.idbridge.directory;

import dev.idbridge.ledger.Feeds;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.SyncLine.Outcome;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.Ids;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.GroupCommit;
import dev.idbridge.store.StatementRefused;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/**
 * Writes through shared commits. Requests whose cost grows with a group (many members named, or the
 * whole set given) have queues and transactions of their own, so that nobody waits for them; while
 * one is on its way, later changes of the same group follow it there.
 */
public final class JdbcChangeWriter implements ChangeWriter, AutoCloseable {
  private static final int MOST_IN_A_COMMIT = 256;
  private static final int MOST_WAITING = 10_000;
  private static final int MOST_MEMBERS_SHARED = 1_000;
  private static final Duration LARGE_PATIENCE = Duration.ofMinutes(10);
  private static final int MOST_LARGE_WAITING = 1_000;

  /** Enough that one very large set does not hold up all others, and few of the pool. */
  private static final int LARGE_QUEUES = 3;

  /** What travels to the database: a change, or a line about a write that was refused. */
  private sealed interface Task {
    record Change(ChangeRequest request) implements Task {}

    record Line(SyncLine line) implements Task {}
  }

  private static final Committed NOTHING = new Committed(0, null, List.of());

  private final Transactions transactions;
  private final WriteBatch.Tools tools;
  private final GroupCommit<Task, Committed> shared;
  private final List<GroupCommit<Task, Committed>> large = new ArrayList<>();
  private final ConcurrentHashMap<Long, Integer> groupsWithLarge = new ConcurrentHashMap<>();

  /**
   * @param values attributes to keep look-up rows of besides
   * @param refusesForeignEmails whether a directory takes no e-mail address of another
   * @param watch who loses an account by what a change says of the user
   */
  public JdbcChangeWriter(
      Transactions transactions,
      Ids ids,
      Clock clock,
      LaneTriggers lanes,
      SyncLog log,
      Sweeps sweeps,
      ScimSchema schemas,
      ValueIndex values,
      LongPredicate refusesForeignEmails,
      ScopeWatch watch) {
    this.transactions = transactions;
    this.tools =
        new WriteBatch.Tools(
            ids,
            clock,
            lanes,
            log,
            sweeps,
            new Feeds(sweeps),
            new Characteristics(schemas),
            values,
            refusesForeignEmails,
            watch);
    GroupCommit.Handler<Task, Committed> handler = new Batches();
    this.shared =
        new GroupCommit<>(
            "intake",
            transactions,
            transactions.kind().writers(),
            MOST_IN_A_COMMIT,
            MOST_WAITING,
            handler);
    for (int i = 0; i < LARGE_QUEUES; i++) {
      large.add(
          new GroupCommit<>(
              "intake-large-" + i,
              transactions,
              1,
              1,
              MOST_LARGE_WAITING,
              LARGE_PATIENCE,
              handler));
    }
  }

  /**
   * What keeps parked members moving.
   *
   * @param appsOf ids of the apps that follow a directory
   */
  public Arrivals arrivals(LongFunction<List<Integer>> appsOf) {
    return new Arrivals(transactions, tools, appsOf);
  }

  @Override
  public CompletableFuture<Committed> write(ChangeRequest request) {
    Task task = new Task.Change(request);
    OptionalLong group =
        request.change() instanceof GroupChange change
            ? WriteBatch.id(change)
            : OptionalLong.empty();
    boolean isLarge = isLarge(request.change());
    if (!isLarge && (group.isEmpty() || !groupsWithLarge.containsKey(group.getAsLong()))) {
      return shared.submit(task);
    }
    group.ifPresent(id -> groupsWithLarge.merge(id, 1, Integer::sum));
    CompletableFuture<Committed> future = largeOf(group).submit(task);
    group.ifPresent(
        id ->
            future.whenComplete(
                (done, failed) ->
                    groupsWithLarge.computeIfPresent(
                        id, (key, count) -> count == 1 ? null : count - 1)));
    return future;
  }

  /** One group's changes stay in one queue, and so in order; new groups have none to keep. */
  private GroupCommit<Task, Committed> largeOf(OptionalLong group) {
    long key = group.isPresent() ? group.getAsLong() : tools.ids().next();
    return large.get((int) Math.floorMod(key * 0x9E3779B97F4A7C15L >>> 32, (long) LARGE_QUEUES));
  }

  private static boolean isLarge(ResourceChange change) {
    return switch (change) {
      case GroupChange.Replace replace -> true;
      case GroupChange.Patch patch ->
          MemberStep.wholesale(patch.members())
              || WriteBatch.namedMembers(patch).size() > MOST_MEMBERS_SHARED;
      case GroupChange.Create create -> create.members().size() > MOST_MEMBERS_SHARED;
      default -> false;
    };
  }

  @Override
  public void refused(RefusedWrite write) {
    line(
        SyncLine.in(
            tools.clock().millis(),
            write.directory(),
            switch (write.asked()) {
              case CREATE -> Action.CREATE;
              case UPDATE -> Action.UPDATE;
              case DELETE -> Action.DELETE;
            },
            write.type().word(),
            Ids.parse(write.resourceId()).orElse(0),
            write.name(),
            Outcome.FAILED,
            write.detail(),
            0,
            write.by(),
            write.status(),
            write.scimType()));
  }

  // Best effort: a write that was refused must not fail a second time for its line.
  private void line(SyncLine line) {
    CompletableFuture<Committed> unheard = shared.submit(new Task.Line(line));
    unheard.exceptionally(failed -> NOTHING);
  }

  /** Finishes what was handed in. */
  @Override
  public void close() {
    large.forEach(GroupCommit::close);
    shared.close();
  }

  private final class Batches implements GroupCommit.Handler<Task, Committed> {
    @Override
    public void apply(Connection connection, List<GroupCommit.Item<Task, Committed>> items)
        throws SQLException {
      WriteBatch batch = new WriteBatch(connection, tools);
      List<ChangeRequest> requests = new ArrayList<>();
      for (GroupCommit.Item<Task, Committed> item : items) {
        if (item.request() instanceof Task.Change change) {
          requests.add(change.request());
        }
      }
      batch.prepare(requests);
      Map<GroupCommit.Item<Task, Committed>, Committed> done = new LinkedHashMap<>();
      for (GroupCommit.Item<Task, Committed> item : items) {
        switch (item.request()) {
          case Task.Line refused -> {
            batch.log(refused.line());
            item.done(NOTHING);
          }
          case Task.Change change -> {
            try {
              done.put(item, batch.apply(change.request()));
            } catch (ChangeRefused refused) {
              item.refuse(refused);
            }
          }
        }
      }
      batch.write();
      done.forEach((item, what) -> item.done(batch.told(what)));
    }

    /** What one identity provider sends in bulk does not delay what another one sends. */
    @Override
    public Object sharer(Task task) {
      return switch (task) {
        case Task.Change change -> change.request().directory();
        case Task.Line line -> line.line().directory();
      };
    }

    // Another daemon took the name between our look and our write.
    @Override
    public Exception refusal(Task task, StatementRefused refused) {
      if (!refused.duplicate() || !(task instanceof Task.Change change)) {
        return refused;
      }
      ChangeRequest request = change.request();
      ChangeRefused taken =
          WriteBatch.taken(request.change().type(), WriteBatch.nameIn(request.change()), "");
      line(WriteBatch.refusedLine(request, taken, tools.clock().millis()));
      return taken;
    }
  }
}
