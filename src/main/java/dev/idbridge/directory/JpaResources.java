package dev.idbridge.directory;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Ids;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.model.filter.FilterEvaluator;
import dev.idbridge.model.filter.Place;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.EntityTransactions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads users and groups through their entities; filters become criteria as far as an index leads,
 * the rest is asked of the rows one by one.
 */
public final class JpaResources implements Resources {
  /** Queries that look at many rows, at one time: they share the machine with everybody else. */
  private static final int SCANS = 2;

  private static final long SCAN_WAIT_SECONDS = 20;

  /** Most groups one condition on a user's groups may name, those inside them included. */
  private static final int MOST_GROUPS = 500;

  private final EntityTransactions transactions;
  private final ScimSchema schemas;
  private final QueryLimits limits;
  private final FilterEvaluator evaluator = new FilterEvaluator(NameKey::of);
  private final Map<ResourceType, FilterPlan> plans = new EnumMap<>(ResourceType.class);
  private final Walks walks = new Walks(System::nanoTime);
  private final Semaphore scans = new Semaphore(SCANS, true);

  /** With the schemas of the RFC, no declared attributes and the limits by default. */
  public JpaResources(EntityTransactions transactions) {
    this(transactions, ScimSchema.STANDARD, ValueIndex.NONE, QueryLimits.DEFAULT);
  }

  public JpaResources(
      EntityTransactions transactions, ScimSchema schemas, ValueIndex values, QueryLimits limits) {
    this.transactions = transactions;
    this.schemas = schemas;
    this.limits = limits;
    for (ResourceType type : ResourceType.values()) {
      plans.put(type, new FilterPlan(schemas.of(type), evaluator, values));
    }
  }

  @Override
  public Optional<Resource> find(long directory, ResourceType type, String id, boolean related) {
    OptionalLong parsed = Ids.parse(id);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    return transactions.run(
        manager -> {
          Object row =
              switch (type) {
                case USER -> {
                  UserRow user = manager.find(UserRow.class, parsed.getAsLong());
                  yield user == null || user.deletedAt != null ? null : user;
                }
                case GROUP -> {
                  GroupRow group = manager.find(GroupRow.class, parsed.getAsLong());
                  yield group == null || group.deletedAt != null ? null : group;
                }
              };
          return Optional.ofNullable(row)
              .map(Rows::resource)
              .filter(resource -> resource.directory() == directory)
              .map(resource -> related ? Related.filled(manager, resource) : resource);
        });
  }

  @Override
  public Resource.User withGroups(Resource.User user) {
    return (Resource.User) transactions.run(manager -> Related.filled(manager, user));
  }

  @Override
  public Members members(long group, long beyond) {
    return transactions.run(manager -> Related.members(manager, group, beyond));
  }

  @Override
  public Page list(Search search) throws ChangeRefused {
    Plan plan;
    try {
      plan = plan(search);
    } catch (FilterPlan.Refused refused) {
      throw refused.refusal();
    }
    try {
      return plan.scans() ? scanning(search, plan) : page(search, plan);
    } catch (FilterPlan.Refused refused) {
      if (refused.isLate() && plan.indexed()) {
        throw late(refused);
      }
      throw refused.refusal();
    } catch (RuntimeException failure) {
      if (!Rows.timedOut(failure)) {
        throw failure;
      }
      if (plan.indexed()) {
        throw late(failure);
      }
      throw Rows.tooLong(limits.time()).refusal();
    }
  }

  /** What an index answers is late for no reason that the client could do anything about. */
  private StoreUnavailable late(RuntimeException why) {
    return new StoreUnavailable(
        "the store took longer than %d s for what an index answers"
            .formatted(limits.time().toSeconds()),
        why,
        true);
  }

  private Page scanning(Search search, Plan plan) {
    try {
      if (!scans.tryAcquire(SCAN_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new StoreUnavailable(
            "other queries that no index answers keep the directory busy", new TimeoutException());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("the daemon is ending", e);
    }
    try {
      return page(search, plan);
    } finally {
      scans.release();
    }
  }

  /**
   * @param sorting whether no index brings the order
   */
  private record Plan(List<Run> runs, boolean sorting) {
    boolean scans() {
      return sorting || runs.stream().anyMatch(run -> run.rest() != null);
    }

    /** Whether the rows wanted are found without looking at others. */
    boolean indexed() {
      return !scans()
          && runs.stream()
              .allMatch(run -> run.lookup().equals(Lookup.EVERYTHING) || run.lookup().selective());
    }
  }

  private Plan plan(Search search) {
    List<Run> runs = new ArrayList<>();
    for (Search.Wanted wanted : search.wanted()) {
      Filter filter = wanted.filter();
      Bound bound =
          filter == null ? Bound.exact(Lookup.EVERYTHING) : plan(wanted.type()).of(filter);
      runs.add(new Run(wanted.type(), bound.lookup(), bound.rest(), null, false));
    }
    if (!search.sorted()) {
      return new Plan(runs, false);
    }
    AttributePath sort = search.wanted().getFirst().sort();
    if (runs.size() > 1 || sort == null) {
      return new Plan(runs, true);
    }
    Run run = runs.getFirst();
    List<Run> ordered = ordered(run, Place.of(schemas.of(run.type()), sort), search.descending());
    return ordered == null ? new Plan(runs, true) : new Plan(ordered, false);
  }

  private FilterPlan plan(ResourceType type) {
    FilterPlan plan = plans.get(type);
    if (plan == null) {
      throw new IllegalStateException("no plan for " + type);
    }
    return plan;
  }

  // Those without a value come last, or first when the order is turned round (RFC 7644 section
  // 3.4.2.3).
  private @Nullable List<Run> ordered(Run run, Place place, boolean turned) {
    AttributePath path = place.path();
    String name = path.sub() == null ? path.name() : path.name() + "." + path.sub();
    if (path.schema() == null && name.equals("id")) {
      return List.of(run.inOrder(null, turned));
    }
    if (path.schema() == null && name.equals("meta.created")) {
      return List.of(run.inOrder(Order.moment("createdAt"), turned));
    }
    if (path.schema() == null && name.equals("meta.lastModified")) {
      return List.of(run.inOrder(Order.moment("modifiedAt"), turned));
    }
    TextColumn column = plan(run.type()).column(path);
    if (column == null) {
      return null;
    }
    Run present = run.inOrder(Order.of(column, place), turned);
    if (!column.nullable()) {
      return List.of(present);
    }
    Lookup missing = new Lookup.Missing(column.name());
    Run with = present.narrowed(Lookup.not(missing));
    Run without = present.narrowed(missing);
    return turned ? List.of(without, with) : List.of(with, without);
  }

  private Page page(Search search, Plan plan) {
    long question = question(search);
    return transactions.run(
        manager -> {
          Rows rows = new Rows(manager, search.directory(), limits.time());
          List<Run> runs = new ArrayList<>();
          Map<Run, Matches> rests = new IdentityHashMap<>();
          for (Run run : plan.runs()) {
            Run resolved = run.with(resolved(rows, run.lookup()));
            Matches rest =
                Matches.of(
                    resolved,
                    schemas.of(run.type()),
                    plan(run.type()),
                    evaluator,
                    lookup -> resolved(rows, lookup));
            runs.add(resolved);
            if (rest != null) {
              rests.put(resolved, rest);
            }
          }
          Page page =
              plan.sorting()
                  ? new Sorting(rows, search, runs, rests, schemas, walks, question)
                      .page(limits.scan())
                  : new Listing(rows, search, runs, rests, limits.scan(), walks, question).page();
          Set<ResourceType> related = EnumSet.noneOf(ResourceType.class);
          search.wanted().stream()
              .filter(Search.Wanted::related)
              .forEach(wanted -> related.add(wanted.type()));
          return new Page(
              page.total(),
              Related.filled(manager, page.resources(), related),
              page.first(),
              page.last());
        });
  }

  /** Looks up the groups that a condition on a user's groups means. */
  private static Lookup resolved(Rows rows, Lookup lookup) {
    return switch (lookup) {
      case Lookup.All all ->
          new Lookup.All(all.all().stream().map(one -> resolved(rows, one)).toList());
      case Lookup.Any any ->
          new Lookup.Any(any.any().stream().map(one -> resolved(rows, one)).toList());
      case Lookup.Not not -> Lookup.not(resolved(rows, not.inner()));
      case Lookup.InGroup in when !in.group().equals(Lookup.EVERYTHING) -> {
        List<Long> groups = rows.groupsBelow(in.group(), MOST_GROUPS);
        if (groups.size() > MOST_GROUPS) {
          throw new FilterPlan.Refused(
              Reason.TOO_MANY,
              "the condition on groups means more than "
                  + MOST_GROUPS
                  + " groups, those inside them included; name fewer");
        }
        yield new Lookup.InGroups(groups);
      }
      default -> lookup;
    };
  }

  /** Tells one question from another. */
  private static long question(Search search) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(search.question().getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
