package dev.idbridge.directory;

import dev.idbridge.directory.ParkedMembers.Parked;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.SyncLine.Outcome;
import dev.idbridge.model.AttributePatch;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceType;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Brings parked members into their groups when they arrive: in the transaction that makes or
 * renames them, up to a bound; whatever a race or the bound left behind is found by {@link
 * #missed}. Ends those that never arrive. Thread-safe.
 */
public final class Arrivals {
  private static final int MOST = 500;

  private final Transactions transactions;
  private final WriteBatch.Tools tools;
  private final LongFunction<List<Integer>> appsOf;

  Arrivals(Transactions transactions, WriteBatch.Tools tools, LongFunction<List<Integer>> appsOf) {
    this.transactions = transactions;
    this.tools = tools;
    this.appsOf = appsOf;
  }

  /** Someone who may be waited for, and the apps that follow the directory. */
  record Newcomer(Held held, Supplier<List<Integer>> following) {}

  /**
   * Joins newcomers of a transaction, whose rows are written, to the groups that wait for them;
   * whom.
   */
  static Set<Long> settle(Connection connection, WriteBatch.Tools tools, List<Newcomer> newcomers)
      throws SQLException {
    Map<Long, Map<String, List<Newcomer>>> byKey = new HashMap<>();
    for (Newcomer one : newcomers) {
      for (String name : names(one.held())) {
        String key = ParkedMembers.key(name);
        byKey
            .computeIfAbsent(one.held().directory, d -> new HashMap<>())
            .computeIfAbsent(key, k -> new ArrayList<>())
            .add(one);
      }
    }
    Set<Parked> joining = new LinkedHashSet<>();
    Map<Long, Supplier<List<Integer>>> apps = new HashMap<>();
    for (Map.Entry<Long, Map<String, List<Newcomer>>> entry : byKey.entrySet()) {
      for (Parked parked :
          ParkedMembers.under(connection, entry.getKey(), entry.getValue().keySet(), MOST)) {
        for (Newcomer one :
            entry.getValue().getOrDefault(ParkedMembers.key(parked.ref()), List.of())) {
          if (answers(one.held(), parked.ref())) {
            joining.add(parked);
            apps.put(entry.getKey(), one.following());
          }
        }
      }
    }
    return join(
        connection, tools, joining, directory -> apps.getOrDefault(directory, List::of).get());
  }

  private static Set<String> names(Held held) {
    Set<String> names = new LinkedHashSet<>();
    if (held.attributes.string("externalId") instanceof String externalId) {
      names.add(externalId);
    }
    if (held.type == ResourceType.USER) {
      names.add(held.name());
    }
    return names;
  }

  /** By externalId exactly, by userName in any case. */
  private static boolean answers(Held held, String ref) {
    return ref.equals(held.attributes.string("externalId"))
        || (held.type == ResourceType.USER && NameKey.of(ref).equals(held.key));
  }

  /**
   * Joins whom these references name to their groups. A reference that names nobody after all,
   * being the externalId of several, goes on waiting.
   *
   * @return who joined
   */
  private static Set<Long> join(
      Connection connection,
      WriteBatch.Tools tools,
      Set<Parked> joining,
      LongFunction<List<Integer>> apps)
      throws SQLException {
    Set<Long> joined = new HashSet<>();
    if (joining.isEmpty()) {
      return joined;
    }
    WriteBatch batch = new WriteBatch(connection, tools);
    Map<Parked, ChangeRequest> requests = new LinkedHashMap<>();
    for (Parked parked : joining) {
      requests.put(
          parked,
          new ChangeRequest(
              parked.directory(),
              new GroupChange.Patch(
                  Long.toString(parked.group()),
                  AttributePatch.NOTHING,
                  List.of(new MemberOp.Add(List.of(parked.ref())))),
              parked.by(),
              null,
              () -> apps.apply(parked.directory()),
              false,
              List.of()));
    }
    batch.prepare(List.copyOf(requests.values()));
    List<Parked> over = new ArrayList<>();
    // Whoever was removed before the groups were locked is not waited for any more.
    for (Parked parked : ParkedMembers.still(connection, joining)) {
      ChangeRequest request = requests.get(parked);
      Long member = request == null ? null : batch.member(request, parked.ref());
      if (request == null || member == null) {
        continue;
      }
      over.add(parked);
      try {
        batch.apply(request);
        joined.add(member);
        batch.log(
            line(
                    tools,
                    parked,
                    Outcome.SUCCESS,
                    "member %s arrived; the group had waited for it since %s"
                        .formatted(parked.ref(), Instant.ofEpochMilli(parked.at())))
                .about(member));
      } catch (ChangeRefused refused) {
        // Its line is in the log: the group is gone, or the newcomer would close a cycle.
        continue;
      }
    }
    ParkedMembers.delete(connection, over);
    batch.write();
    return joined;
  }

  /** Joins those who are there but were overlooked; how many. */
  public int missed() {
    int all = 0;
    int page;
    do {
      page =
          transactions.run(
              connection -> {
                Set<Parked> found = ParkedMembers.missed(connection, MOST);
                join(connection, tools, found, appsOf);
                return found.size();
              });
      all += page;
    } while (page >= MOST);
    return all;
  }

  /**
   * Gives up on those who have not come for so long, with a line in the sync log each; how many.
   */
  public int expire(Duration keep) {
    int all = 0;
    int page;
    do {
      page =
          transactions.run(
              connection -> {
                long before = tools.clock().millis() - keep.toMillis();
                List<Parked> found = ParkedMembers.before(connection, before, MOST);
                // Whoever was asked for again meanwhile waits anew.
                Set<Parked> late = ParkedMembers.still(connection, found);
                late.retainAll(Set.copyOf(found));
                List<SyncLine> lines = new ArrayList<>();
                for (Parked parked : late) {
                  lines.add(
                      line(
                          tools,
                          parked,
                          Outcome.FAILED,
                          "member %s did not arrive within %d days and is not waited for any more;"
                                  .formatted(parked.ref(), keep.toDays())
                              + " have the identity provider send the group's members again"));
                }
                ParkedMembers.delete(connection, late);
                tools.log().append(connection, lines);
                return late.size();
              });
      all += page;
    } while (page >= MOST);
    return all;
  }

  private static SyncLine line(
      WriteBatch.Tools tools, Parked parked, Outcome outcome, String reason) {
    return SyncLine.in(
        tools.clock().millis(),
        parked.directory(),
        Action.MEMBER_ADD,
        ResourceType.GROUP.word(),
        parked.group(),
        "",
        outcome,
        reason,
        0,
        parked.by(),
        200,
        "");
  }
}
