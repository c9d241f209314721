package dev.idbridge.directory;

import dev.idbridge.ledger.Feeds;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.SyncLine.Outcome;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.Ids;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one transaction. Everything they need is locked and read in a few statements, then
 * they are applied in memory one after the other, then all that changed is written, again in a few
 * statements: how many does not depend on the size of a directory or group.
 *
 * <p>Rows are locked in one order by all writers: that of e-mail addresses, directories (for nested
 * groups), users by id, groups by id, members, lanes.
 */
final class WriteBatch {
  /** What every batch of a writer shares. */
  record Tools(
      Ids ids,
      java.time.Clock clock,
      dev.idbridge.ledger.LaneTriggers lanes,
      dev.idbridge.ledger.SyncLog log,
      Sweeps sweeps,
      Feeds feeds,
      Characteristics characteristics,
      ValueIndex values,
      java.util.function.LongPredicate refusesForeignEmails,
      ScopeWatch watch) {}

  /** A change whose lanes are made due last, for all apps there are then. */
  private record Due(ChangeRequest request, Held held, long cause, Priority priority) {}

  private record Sweep(Sweeps.Root root, Held held, long cause) {}

  final Connection connection;
  final Tools tools;
  final long now;
  final Map<MemberRows.Key, MemberRows.Row> members = new HashMap<>();
  private final Set<MemberRows.Key> asked = new HashSet<>();
  final Map<MemberRows.Key, MemberRows.Row> changedMembers = new HashMap<>();
  final ParkedMembers parked = new ParkedMembers();
  final UniqueValues uniques;
  final ForeignEmails emails;
  private final Map<Long, NamedMembers> named = new HashMap<>();
  private final Map<ResourceType, Map<Long, Held>> held = new HashMap<>();
  private final NameOwners names;
  private final List<ChangeRecords.Entry> records = new ArrayList<>();
  private final List<SyncLine> lines = new ArrayList<>();
  private final List<Due> due = new ArrayList<>();
  private final List<Sweep> sweeps = new ArrayList<>();
  private final Set<Long> gone = new TreeSet<>();
  private final ScopeChanges scopes = new ScopeChanges();
  private final List<Arrivals.Newcomer> newcomers = new ArrayList<>();
  private final NestingChanges nesting = new NestingChanges();

  /** Those of the newcomers that groups had waited for. */
  private Set<Long> joined = Set.of();

  WriteBatch(Connection connection, Tools tools) {
    this.connection = connection;
    this.tools = tools;
    this.now = tools.clock().millis();
    this.names = new NameOwners(connection);
    this.uniques = new UniqueValues(connection, tools.characteristics());
    this.emails = new ForeignEmails(connection, tools.refusesForeignEmails());
  }

  // Reading

  /** Locks and reads what these requests need. */
  void prepare(List<ChangeRequest> requests) throws SQLException {
    emails.lock(requests);
    Map<ResourceType, Set<Long>> wanted = new HashMap<>();
    Map<Long, Set<String>> refs = new LinkedHashMap<>();
    Set<Long> lenient = new HashSet<>();
    for (ChangeRequest request : requests) {
      ResourceChange change = request.change();
      id(change)
          .ifPresent(one -> wanted.computeIfAbsent(change.type(), t -> new TreeSet<>()).add(one));
      Collection<String> members = namedMembers(change);
      if (!members.isEmpty()) {
        refs.computeIfAbsent(request.directory(), d -> new HashSet<>()).addAll(members);
        if (!request.strict()) {
          lenient.add(request.directory());
        }
      }
      names.expect(request);
    }
    readNamed(refs, lenient);
    for (ResourceType type : ResourceType.values()) {
      Set<Long> ids = wanted.getOrDefault(type, Set.of());
      held.put(type, new TreeMap<>(ResourceTable.of(type).lock(connection, ids)));
    }
    names.read();
    asked.addAll(pairs(requests));
    members.putAll(MemberRows.load(connection, asked));
  }

  /**
   * An identity provider takes a group over that was imported: whom the import found stays as its
   * member, or goes.
   *
   * @return how many stay
   */
  int takeFound(Held group, long cause, boolean stay) throws SQLException {
    if (!stay) {
      FoundMembers.drop(connection, group.id);
      return 0;
    }
    int found = FoundMembers.take(connection, group.id, group.version + 1, cause);
    if (found > 0) {
      members.putAll(
          MemberRows.load(
              connection, asked.stream().filter(key -> key.group() == group.id).toList()));
    }
    return found;
  }

  /** The membership rows that PATCHes of groups touch. */
  private Set<MemberRows.Key> pairs(List<ChangeRequest> requests) {
    Set<MemberRows.Key> pairs = new HashSet<>();
    for (ChangeRequest request : requests) {
      OptionalLong group = id(request.change());
      if (group.isPresent() && request.change() instanceof GroupChange.Patch patch) {
        for (String ref : namedMembers(patch)) {
          Long member = member(request, ref);
          if (member != null) {
            pairs.add(new MemberRows.Key(group.getAsLong(), member));
          }
        }
      }
    }
    return pairs;
  }

  private void readNamed(Map<Long, Set<String>> refs, Set<Long> lenient) throws SQLException {
    Set<Long> nesting = new TreeSet<>();
    for (Map.Entry<Long, Set<String>> entry : refs.entrySet()) {
      long directory = entry.getKey();
      NamedMembers members = new NamedMembers();
      members.read(connection, directory, entry.getValue(), lenient.contains(directory));
      if (members.anyGroup()) {
        nesting.add(directory);
      }
      named.put(directory, members);
    }
    // Two changes that are harmless alone can close a cycle together: they are checked in turn.
    if (!nesting.isEmpty()) {
      InList.byId(
          connection,
          "SELECT id FROM directory WHERE id IN",
          " ORDER BY id FOR UPDATE",
          nesting,
          row -> row.getLong(1));
    }
  }

  static OptionalLong id(ResourceChange change) {
    return switch (change) {
      case UserChange.Create c -> OptionalLong.empty();
      case UserChange.Replace c -> Ids.parse(c.id());
      case UserChange.Patch c -> Ids.parse(c.id());
      case UserChange.Delete c -> Ids.parse(c.id());
      case GroupChange.Create c -> OptionalLong.empty();
      case GroupChange.Replace c -> Ids.parse(c.id());
      case GroupChange.Patch c -> Ids.parse(c.id());
      case GroupChange.Delete c -> Ids.parse(c.id());
    };
  }

  /** Ids as sent, in order, each once. */
  static Collection<String> namedMembers(ResourceChange change) {
    return switch (change) {
      case GroupChange.Create c -> c.members();
      case GroupChange.Replace c -> c.members();
      case GroupChange.Patch c -> {
        Set<String> all = new java.util.LinkedHashSet<>();
        for (MemberOp op : c.members()) {
          switch (op) {
            case MemberOp.Add add -> all.addAll(add.ids());
            case MemberOp.Remove remove -> all.addAll(remove.ids());
            case MemberOp.Replace replace -> all.addAll(replace.ids());
            case MemberOp.RemoveAll everyone -> all.addAll(List.of());
          }
        }
        yield all;
      }
      default -> List.of();
    };
  }

  // Applying

  /** Applies one change in memory; a refused one leaves no trace but its line in the sync log. */
  Committed apply(ChangeRequest request) throws SQLException, ChangeRefused {
    try {
      return switch (request.change()) {
        case UserChange change -> new UserSteps(this, request).apply(change);
        case GroupChange change -> new GroupSteps(this, request).apply(change);
      };
    } catch (ChangeRefused refused) {
      lines.add(refusedLine(request, refused, now));
      throw refused;
    }
  }

  /** The live resource of this id in the request's directory, at the version it asks for. */
  Held find(ChangeRequest request, String id) throws ChangeRefused {
    ResourceType type = request.change().type();
    OptionalLong parsed = Ids.parse(id);
    Held found =
        parsed.isEmpty() ? null : held.getOrDefault(type, Map.of()).get(parsed.getAsLong());
    if (found == null || found.deleted || found.directory != request.directory()) {
      throw new ChangeRefused(
          Reason.NOT_FOUND,
          "there is no "
              + type.word()
              + " "
              + id
              + " in this directory; it may have been deleted. List "
              + type.endpoint()
              + " to see what there is");
    }
    Set<Long> expected = request.ifMatch();
    if (expected != null && !expected.contains(found.version)) {
      throw new ChangeRefused(
          Reason.PRECONDITION,
          type.word()
              + " "
              + id
              + " is at version "
              + found.version
              + ", not "
              + (expected.isEmpty()
                  ? "the one named"
                  : expected.stream()
                      .sorted()
                      .map(String::valueOf)
                      .collect(Collectors.joining(" or ")))
              + ": somebody changed it meanwhile. Read it again and repeat the change");
    }
    return found;
  }

  /** A resource that is not part of the batch before it is added. */
  Held fresh(ResourceType type, long directory) {
    Held fresh = new Held(type, tools.ids().next(), directory, now, true);
    fresh.modifiedAt = now;
    return fresh;
  }

  void add(Held fresh) {
    held.computeIfAbsent(fresh.type, t -> new TreeMap<>()).put(fresh.id, fresh);
  }

  /**
   * Refuses what the schemas do not allow, and unique values that somebody else holds.
   *
   * @param held null for a resource that is about to be made
   */
  void checkShape(ChangeRequest request, @Nullable Held held, Attributes after)
      throws SQLException, ChangeRefused {
    ResourceType type = request.change().type();
    tools.characteristics().check(type, held == null ? null : held.attributes, after);
    uniques.check(type, request.directory(), held, after);
  }

  /** What a member id names; null when it is no live user or group of the directory. */
  @Nullable ResourceType typeOf(long directory, long id) {
    for (ResourceType type : ResourceType.values()) {
      Held here = held.getOrDefault(type, Map.of()).get(id);
      if (here != null) {
        return here.deleted || here.directory != directory ? null : type;
      }
    }
    NamedMembers members = named.get(directory);
    return members == null ? null : members.type(id);
  }

  /** The live user or group that a member reference of the request names, or null. */
  @Nullable Long member(ChangeRequest request, String ref) {
    NamedMembers members = named.get(request.directory());
    Long id = members == null ? null : members.id(ref);
    if (id == null || (request.strict() && Ids.parse(ref).isEmpty())) {
      return null;
    }
    return typeOf(request.directory(), id) == null ? null : id;
  }

  /** Whether a reference is the id of somebody who was deleted. */
  boolean wasDeleted(ChangeRequest request, String ref) {
    NamedMembers members = named.get(request.directory());
    if (members == null) {
      return false;
    }
    OptionalLong id = Ids.parse(ref);
    return members.wasDeleted(ref) || (id.isPresent() && members.type(id.getAsLong()) != null);
  }

  /** Notes that a resource goes by a new name or externalId, under which it may be waited for. */
  void arrives(ChangeRequest request, Held held) {
    newcomers.add(new Arrivals.Newcomer(held, request.following()));
  }

  /**
   * Refuses a name that somebody else has.
   *
   * @param held null for a resource that is about to be made
   */
  void checkName(ChangeRequest request, @Nullable Held held, String name)
      throws SQLException, ChangeRefused {
    ResourceType type = request.change().type();
    String key = NameKey.of(name);
    if (held != null && key.equals(held.key)) {
      return;
    }
    Long owner = names.owner(type, request.directory(), key);
    if (owner != null && (held == null || owner != held.id)) {
      throw taken(type, name, " (id " + owner + ")");
    }
  }

  /**
   * The live resource of this name that was imported and that nobody has touched: locked, it takes
   * the place of a new one. Null when there is none.
   */
  @Nullable Held imported(ChangeRequest request, String name) throws SQLException {
    ResourceType type = request.change().type();
    String key = NameKey.of(name);
    Long owner = names.owner(type, request.directory(), key);
    if (owner == null) {
      return null;
    }
    Map<Long, Held> known = held.computeIfAbsent(type, t -> new TreeMap<>());
    Held there = known.get(owner);
    if (there == null) {
      // Out of the order of locks, as a name says nothing of ids; a deadlock is run again.
      there = ResourceTable.of(type).lock(connection, Set.of(owner)).get(owner);
      if (there == null || !there.imported || !key.equals(there.key)) {
        return null;
      }
      known.put(owner, there);
    }
    return there.imported && !there.deleted ? there : null;
  }

  static ChangeRefused taken(ResourceType type, String name, String owner) {
    return new ChangeRefused(
        Reason.UNIQUENESS,
        Held.nameAttribute(type)
            + " '"
            + name
            + "' is taken by another "
            + type.word()
            + owner
            + " of this directory; upper and lower case do not tell names apart."
            + " Choose another name, or update that "
            + type.word());
  }

  void rename(Held held, @Nullable String key) {
    names.rename(held, key);
    held.key = key;
  }

  /** Books an effective change: record, sync line, lanes. */
  void changed(
      ChangeRequest request,
      Held held,
      long cause,
      Action action,
      Priority priority,
      String detail) {
    held.dirty = true;
    held.modifiedAt = Math.max(held.modifiedAt, now);
    records.add(
        new ChangeRecords.Entry(
            cause,
            now,
            held.directory,
            held.type,
            held.id,
            held.version,
            action.name(),
            request.by(),
            detail));
    lines.add(line(request, held, action, cause, action == Action.CREATE ? 201 : 200));
    if (held.type == ResourceType.GROUP) {
      scopes.changed(held, request, cause);
    }
    due.add(new Due(request, held, cause, priority));
  }

  private List<Trigger> triggers() {
    List<Trigger> triggers = new ArrayList<>();
    for (Due one : due) {
      Held held = one.held;
      LaneKind kind = held.type == ResourceType.USER ? LaneKind.ACCOUNT : LaneKind.TEAM;
      for (int app : one.request.apps()) {
        Priority level = leavesScope(app, held) ? Priority.LEAVER : one.priority;
        triggers.add(new Trigger(app, kind, held.id, held.directory, one.cause, now, level));
        if (kind == LaneKind.TEAM && tools.lanes().granting(app)) {
          // A user's roles follow its account, when that is as it should be.
          triggers.add(
              new Trigger(
                  app, LaneKind.GRANTS, held.id, held.directory, one.cause, now, one.priority));
        }
      }
    }
    return triggers;
  }

  /** Who loses an account by another title loses it as quickly as a leaver. */
  private boolean leavesScope(int app, Held held) {
    return held.type == ResourceType.USER
        && !held.fresh
        && held.resource(held.stored) instanceof Resource.User before
        && held.resource() instanceof Resource.User after
        && tools.watch().leaves(app, before, after);
  }

  /** Books a change that changed nothing. */
  void unchanged(ChangeRequest request, Held held) {
    lines.add(line(request, held, Action.UPDATE, 0, 200));
  }

  /**
   * The members of a group changed.
   *
   * @param wholesale whether some of them were not named
   */
  void membersChanged(
      ChangeRequest request, Held group, long cause, Priority priority, boolean wholesale) {
    nesting.changed(
        new Feeds.Changed(group.id, group.directory, cause, priority),
        request,
        group.version,
        wholesale);
  }

  void log(SyncLine line) {
    lines.add(line);
  }

  void sweepWhenDeleted(ChangeRequest request, Held held, long cause) {
    gone.add(held.id);
    if (held.type == ResourceType.GROUP) {
      nesting.deleted(held.id, request, cause);
    }
    sweeps.add(new Sweep(Sweeps.Root.USER_GROUPS, held, cause));
    if (held.type == ResourceType.GROUP) {
      sweeps.add(new Sweep(Sweeps.Root.GROUP_MEMBERS, held, cause));
    }
  }

  private SyncLine line(ChangeRequest request, Held held, Action action, long cause, int status) {
    return SyncLine.in(
        now,
        held.directory,
        action,
        held.type.word(),
        held.id,
        held.name(),
        Outcome.SUCCESS,
        request.ignored().isEmpty()
            ? ""
            : "left out, as no schema knows them: " + String.join(", ", request.ignored()),
        cause,
        request.by(),
        action == Action.DELETE ? 204 : status,
        "");
  }

  static SyncLine refusedLine(ChangeRequest request, ChangeRefused refused, long now) {
    ResourceChange change = request.change();
    Action action =
        switch (change) {
          case UserChange.Create c -> Action.CREATE;
          case GroupChange.Create c -> Action.CREATE;
          case UserChange.Delete c -> Action.DELETE;
          case GroupChange.Delete c -> Action.DELETE;
          default -> Action.UPDATE;
        };
    return SyncLine.in(
        now,
        request.directory(),
        action,
        change.type().word(),
        id(change).orElse(0),
        nameIn(change),
        Outcome.FAILED,
        refused.detail(),
        0,
        request.by(),
        refused.reason().status(),
        refused.reason().scimType());
  }

  static String nameIn(ResourceChange change) {
    String name =
        switch (change) {
          case UserChange.Create c -> c.attributes().string("userName");
          case UserChange.Replace c -> c.attributes().string("userName");
          case GroupChange.Create c -> c.attributes().string("displayName");
          case GroupChange.Replace c -> c.attributes().string("displayName");
          default -> null;
        };
    return name == null ? "" : name;
  }

  // Writing

  /** Writes everything the changes left behind. */
  void write() throws SQLException {
    for (ResourceType type : ResourceType.values()) {
      Collection<Held> all = held.getOrDefault(type, Map.of()).values();
      ResourceTable.of(type).write(connection, all);
      if (type == ResourceType.USER) {
        EmailRows.write(connection, all);
      }
      ValueRows.write(connection, all, tools.values().written(type));
    }
    uniques.write();
    MemberRows.write(connection, changedMembers);
    parked.write(connection);
    ChangeRecords.append(connection, records);
    tools.log().append(connection, lines);
    List<Trigger> further = new ArrayList<>(scopes.write(connection, tools.sweeps(), now));
    startSweeps();
    further.addAll(nesting.write(connection, tools, changedMembers, now));
    if (!newcomers.isEmpty()) {
      joined = Arrivals.settle(connection, tools, newcomers);
    }
    List<Trigger> triggers = triggers();
    triggers.addAll(further);
    tools.lanes().makeDue(connection, triggers);
  }

  /** What became of a change, now that everything is written. */
  Committed told(Committed change) {
    Resource resource = change.resource();
    return resource != null && joined.contains(resource.id()) ? change.asAwaited() : change;
  }

  private void startSweeps() throws SQLException {
    if (sweeps.isEmpty()) {
      return;
    }
    Set<Long> inGroups = MemberRows.members(connection, gone);
    for (Sweep sweep : sweeps) {
      boolean needed =
          sweep.root == Sweeps.Root.USER_GROUPS
              ? inGroups.contains(sweep.held.id)
              : MemberRows.any(connection, sweep.held.id);
      if (needed) {
        tools
            .sweeps()
            .start(
                connection,
                0,
                sweep.root,
                sweep.held.id,
                sweep.held.directory,
                sweep.cause,
                Priority.LEAVER,
                now);
      }
    }
  }
}
