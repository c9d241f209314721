package dev.idbridge.testing;

import dev.idbridge.directory.Arrivals;
import dev.idbridge.directory.ChangeWriter;
import dev.idbridge.directory.JdbcChangeWriter;
import dev.idbridge.directory.JpaDirectories;
import dev.idbridge.directory.JpaResources;
import dev.idbridge.directory.Resources;
import dev.idbridge.directory.ScopeWatch;
import dev.idbridge.directory.ValueIndex;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.Store;
import dev.idbridge.store.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The write path and the reads on one store, with short ways to use them. */
public final class Intake implements AutoCloseable {
  public static final Actor BY = new Actor(7, "test token", "request-1", "127.0.0.1");

  public final Store store;
  public final ChangeWriter writer;
  public final Resources resources;
  public final long directory;
  public final JpaDirectories directories;
  public final Arrivals arrivals;
  private final JdbcChangeWriter closing;

  public Intake(Store store) {
    this(store, store.transactions());
  }

  /** With transactions of another make on the same store. */
  public Intake(Store store, Transactions transactions) {
    this(store, transactions, ScimSchema.STANDARD);
  }

  /** With extensions. */
  public Intake(Store store, Transactions transactions, ScimSchema schemas) {
    this.store = store;
    this.closing =
        new JdbcChangeWriter(
            transactions,
            store.ids(),
            store.clock(),
            new LaneTriggers(),
            new SyncLog(store.ids()),
            new Sweeps(store.ids()),
            schemas,
            ValueIndex.NONE,
            directory -> false,
            ScopeWatch.NONE);
    this.writer = closing;
    this.arrivals = closing.arrivals(id -> List.of());
    this.directories = new JpaDirectories(store.entityTransactions(), store.ids(), store.clock());
    this.resources = new JpaResources(store.entityTransactions());
    this.directory = directories.find(JpaDirectories.DEFAULT).orElseThrow().id();
  }

  public CompletableFuture<Committed> send(ResourceChange change, Integer... apps) {
    return writer.write(new ChangeRequest(directory, change, BY, null, List.of(apps)));
  }

  /** The change, committed. */
  public Committed apply(ResourceChange change, Integer... apps) throws ChangeRefused {
    return result(send(change, apps));
  }

  public static <T> T result(CompletableFuture<T> future) throws ChangeRefused {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ChangeRefused refused) {
        throw refused;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  public static UserChange.Create user(String userName) {
    return new UserChange.Create(Attributes.of(Map.of("userName", userName)));
  }

  public static GroupChange.Create group(String displayName, String... members) {
    return new GroupChange.Create(
        Attributes.of(Map.of("displayName", displayName)), List.of(members));
  }

  public static GroupChange.Patch members(String group, MemberOp... ops) {
    return new GroupChange.Patch(group, current -> current, List.of(ops));
  }

  public static MemberOp add(String... ids) {
    return new MemberOp.Add(List.of(ids));
  }

  public static MemberOp remove(String... ids) {
    return new MemberOp.Remove(List.of(ids));
  }

  /** Public id of a new user. */
  public String newUser(String userName) throws ChangeRefused {
    return id(apply(user(userName)));
  }

  public String newGroup(String displayName, String... members) throws ChangeRefused {
    return id(apply(group(displayName, members)));
  }

  /** Public ids of so many new users, written together; rising. */
  public List<String> newUsers(String prefix, int count) throws ChangeRefused {
    List<String> ids = new ArrayList<>();
    for (int from = 0; from < count; from += 5_000) {
      List<CompletableFuture<Committed>> sent = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + 5_000); i++) {
        sent.add(send(user(prefix + i)));
      }
      for (CompletableFuture<Committed> one : sent) {
        ids.add(id(result(one)));
      }
    }
    Collections.sort(ids);
    return ids;
  }

  private static String id(Committed committed) {
    return committed.resource().publicId();
  }

  public Resource.Group readGroup(String id) {
    Resource.Group group =
        (Resource.Group) resources.find(directory, ResourceType.GROUP, id, true).orElseThrow();
    if (group.members() != null) {
      return group;
    }
    List<Resource.Member> members = new ArrayList<>();
    Resources.Members page = resources.members(group.id(), 0);
    members.addAll(page.members());
    while (page.more()) {
      page = resources.members(group.id(), page.last());
      members.addAll(page.members());
    }
    return new Resource.Group(
        group.id(),
        group.directory(),
        group.attributes(),
        group.version(),
        group.created(),
        group.modified(),
        members);
  }

  public Resource.User readUser(String id) {
    return (Resource.User) resources.find(directory, ResourceType.USER, id, true).orElseThrow();
  }

  /** The public ids of a group's members as reads show them. */
  public List<String> memberIds(String group) {
    return readGroup(group).members().stream().map(m -> Long.toString(m.id())).toList();
  }

  /** Rows of a query, each as a list of strings. */
  public List<List<String>> rows(String sql, Object... values) {
    return store
        .transactions()
        .run(
            connection -> {
              List<List<String>> rows = new ArrayList<>();
              try (PreparedStatement query = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                  query.setObject(i + 1, values[i]);
                }
                try (ResultSet result = query.executeQuery()) {
                  int width = result.getMetaData().getColumnCount();
                  while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= width; i++) {
                      row.add(String.valueOf(result.getString(i)));
                    }
                    rows.add(row);
                  }
                }
              }
              return rows;
            });
  }

  @Override
  public void close() {
    closing.close();
  }
}
