package dev.idbridge.scim;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Resources;
import dev.idbridge.directory.Search;
import dev.idbridge.directory.Tokens;
import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.Filter;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.JitSettings;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.model.UserChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A directory of record in memory, for tests of what stands in front of one. */
final class MemoryDirectory implements Directories, Tokens, Resources {
  static final String TOKEN = "token-of-default";
  static final String OTHER_TOKEN = "token-of-other";
  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Directory> directories =
      new CopyOnWriteArrayList<>(
          List.of(new Directory(1, "default", "SCIM"), new Directory(2, "other", "SCIM")));
  private final Map<Long, Stored> stored = new LinkedHashMap<>();
  private long nextId = 1000;

  /** What reached {@code direct:change}. */
  final List<ChangeRequest> requests = new CopyOnWriteArrayList<>();

  volatile boolean down;

  private static final class Stored {
    final long id;
    final long directory;
    final ResourceType type;
    Attributes attributes;
    long version = 1;
    final Set<String> members = new LinkedHashSet<>();

    Stored(long id, long directory, ResourceType type, Attributes attributes) {
      this.id = id;
      this.directory = directory;
      this.type = type;
      this.attributes = attributes;
    }
  }

  @Override
  public Optional<Directory> find(String name) {
    return directories.stream().filter(d -> d.name().equals(name)).findFirst();
  }

  @Override
  public List<Directory> list() {
    return directories;
  }

  @Override
  public Directory set(String name, Map<String, String> settings, String by) {
    DirectorySettings after = find(name).orElseThrow().settings();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      after = after.with(setting.getKey(), setting.getValue());
    }
    return put(name, after);
  }

  @Override
  public void heard(String name, Dialect dialect) {
    put(name, find(name).orElseThrow().settings().heard(dialect));
  }

  private Directory put(String name, DirectorySettings settings) {
    Directory before = find(name).orElseThrow();
    Directory after = new Directory(before.id(), name, before.mode(), settings);
    directories.set(directories.indexOf(before), after);
    return after;
  }

  @Override
  public Optional<Token> verify(String secret, String address) {
    up();
    return switch (secret) {
      case TOKEN -> Optional.of(new Token(11, 1, "okta", THEN, null, null, null, null));
      case OTHER_TOKEN -> Optional.of(new Token(12, 2, "entra", THEN, null, null, null, null));
      default -> Optional.empty();
    };
  }

  @Override
  public Optional<Token> known(String secret) {
    return Optional.empty();
  }

  @Override
  public Optional<Token> verifyClient(String client, String secret, String address) {
    return Optional.empty();
  }

  @Override
  public Optional<Token> verifyClient(long id, String address) {
    return Optional.empty();
  }

  @Override
  public Created createClient(
      long directory, String name, Scope scope, @Nullable Instant expires, String by) {
    throw new IllegalStateException("tests use fixed tokens");
  }

  @Override
  public Created create(
      long directory, String name, Scope scope, @Nullable Instant expires, String by) {
    throw new IllegalStateException("tests use fixed tokens");
  }

  @Override
  public Optional<Created> rotate(
      long directory, long id, Duration overlap, @Nullable Instant expires, String by) {
    throw new IllegalStateException("tests use fixed tokens");
  }

  @Override
  public Directory create(String name, String by) {
    throw new IllegalStateException("tests use fixed directories");
  }

  @Override
  public Switched mode(String name, String mode, @Nullable JitSettings jit, String by) {
    throw new IllegalStateException("tests use fixed directories");
  }

  @Override
  public Contents contents(String name) {
    throw new IllegalStateException("tests use fixed directories");
  }

  @Override
  public void delete(String name, String by) {
    throw new IllegalStateException("tests use fixed directories");
  }

  @Override
  public Map<Long, Instant> lastUsed() {
    return Map.of();
  }

  @Override
  public List<Token> list(long directory) {
    return List.of();
  }

  @Override
  public boolean revoke(long directory, long id, String by) {
    return false;
  }

  @Override
  public synchronized Optional<Resource> find(
      long directory, ResourceType type, String id, boolean related) {
    up();
    return stored(directory, type, id).map(s -> resource(s, related));
  }

  @Override
  public synchronized Page list(Search search) throws ChangeRefused {
    up();
    List<Resource> matching = new ArrayList<>();
    for (Search.Wanted wanted : search.wanted()) {
      for (Stored s : stored.values()) {
        if (s.directory == search.directory()
            && s.type == wanted.type()
            && (wanted.filter() == null || matches(wanted.filter(), s))) {
          matching.add(resource(s, wanted.related()));
        }
      }
    }
    return switch (search.place()) {
      case Search.Place.Index index ->
          Page.of(
              matching.size(),
              matching.stream().skip(index.startIndex() - 1L).limit(search.count()).toList());
      case Search.Place.Beside beside -> {
        int from = beside.from() == null ? 0 : (int) beside.from().id();
        int end = Math.min(matching.size(), from + search.count());
        yield new Page(
            matching.size(),
            matching.subList(from, end),
            from == 0 ? null : new Search.Position(0, null, Math.max(0, from - search.count())),
            end == matching.size() ? null : new Search.Position(0, null, end));
      }
    };
  }

  @Override
  public synchronized Resource.User withGroups(Resource.User user) {
    return (Resource.User)
        resource(stored(user.directory(), ResourceType.USER, user.publicId()).orElseThrow(), true);
  }

  @Override
  public synchronized Members members(long group, long beyond) {
    Resource.Group found = (Resource.Group) resource(stored.get(group), true);
    return new Members(found.members(), 0, false);
  }

  private static boolean matches(Filter filter, Stored s) throws ChangeRefused {
    switch (filter) {
      case Filter.And and -> {
        for (Filter part : and.all()) {
          if (!matches(part, s)) {
            return false;
          }
        }
        return true;
      }
      case Filter.Compare c
          when c.operator() == Filter.Operator.EQ && c.path().equals(AttributePath.core("id")) -> {
        return Long.toString(s.id).equals(c.value());
      }
      case Filter.Compare c when c.operator() == Filter.Operator.EQ && c.path().sub() == null -> {
        Object own = s.attributes.get(c.path().name());
        return own != null && own.toString().equalsIgnoreCase(String.valueOf(c.value()));
      }
      case Filter.Element e when e.path().name().equals("emails") -> {
        return e.inner() instanceof Filter.And all
            && s.attributes.list("emails").stream()
                .map(Attributes.class::cast)
                .anyMatch(
                    email ->
                        all.all().stream()
                            .map(Filter.Compare.class::cast)
                            .allMatch(
                                c -> String.valueOf(c.value()).equals(email.get(c.path().name()))));
      }
      default -> throw new ChangeRefused(Reason.INVALID_FILTER, "this filter cannot be answered");
    }
  }

  /** The one write path; refuses as the real one does. */
  synchronized Committed write(ChangeRequest request) throws ChangeRefused {
    requests.add(request);
    up();
    long directory = request.directory();
    return switch (request.change()) {
      case UserChange.Create c ->
          created(add(directory, ResourceType.USER, c.attributes()), List.of());
      case UserChange.Replace r ->
          update(request, ResourceType.USER, r.id(), r.attributes(), List.of());
      case UserChange.Patch p -> {
        Stored s = live(request, ResourceType.USER, p.id());
        yield update(request, s.type, p.id(), p.patch().applyTo(s.attributes), List.of());
      }
      case UserChange.Delete d -> delete(request, ResourceType.USER, d.id());
      case GroupChange.Create c -> {
        Stored s = add(directory, ResourceType.GROUP, c.attributes());
        yield created(s, members(s, List.of(new MemberOp.Add(c.members()))));
      }
      case GroupChange.Replace r ->
          update(
              request,
              ResourceType.GROUP,
              r.id(),
              r.attributes(),
              List.of(new MemberOp.Replace(r.members())));
      case GroupChange.Patch p -> {
        Stored s = live(request, ResourceType.GROUP, p.id());
        yield update(request, s.type, p.id(), p.patch().applyTo(s.attributes), p.members());
      }
      case GroupChange.Delete d -> delete(request, ResourceType.GROUP, d.id());
    };
  }

  private Stored add(long directory, ResourceType type, Attributes attributes)
      throws ChangeRefused {
    unique(directory, type, attributes, -1);
    Stored s = new Stored(nextId++, directory, type, attributes);
    stored.put(s.id, s);
    return s;
  }

  private void unique(long directory, ResourceType type, Attributes attributes, long but)
      throws ChangeRefused {
    String key = type == ResourceType.USER ? "userName" : "displayName";
    String name = String.valueOf(attributes.string(key));
    for (Stored s : stored.values()) {
      if (s.directory == directory
          && s.type == type
          && s.id != but
          && name.equalsIgnoreCase(s.attributes.string(key))) {
        throw new ChangeRefused(Reason.UNIQUENESS, key + " '" + name + "' is taken");
      }
    }
  }

  private Committed created(Stored s, List<String> skipped) {
    return new Committed(s.id, resource(s, false), skipped);
  }

  private Committed update(
      ChangeRequest request, ResourceType type, String id, Attributes next, List<MemberOp> ops)
      throws ChangeRefused {
    Stored s = live(request, type, id);
    unique(s.directory, type, next, s.id);
    Set<String> before = Set.copyOf(s.members);
    List<String> skipped = members(s, ops);
    boolean changed = !next.equals(s.attributes) || !before.equals(s.members);
    s.attributes = next;
    s.version += changed ? 1 : 0;
    return new Committed(changed ? s.version : 0, resource(s, false), skipped);
  }

  private List<String> members(Stored s, List<MemberOp> ops) {
    List<String> skipped = new ArrayList<>();
    for (MemberOp op : ops) {
      switch (op) {
        case MemberOp.Add a -> a.ids().forEach(id -> addMember(s, id, skipped));
        case MemberOp.Remove r -> r.ids().forEach(s.members::remove);
        case MemberOp.RemoveAll all -> s.members.clear();
        case MemberOp.Replace r -> {
          s.members.clear();
          r.ids().forEach(id -> addMember(s, id, skipped));
        }
      }
    }
    return skipped;
  }

  private void addMember(Stored s, String id, List<String> skipped) {
    if (stored(s.directory, ResourceType.USER, id).isPresent()) {
      s.members.add(id);
    } else {
      skipped.add(id);
    }
  }

  private Committed delete(ChangeRequest request, ResourceType type, String id)
      throws ChangeRefused {
    Stored s = live(request, type, id);
    stored.remove(s.id);
    return new Committed(s.id, null, List.of());
  }

  private Stored live(ChangeRequest request, ResourceType type, String id) throws ChangeRefused {
    Stored s =
        stored(request.directory(), type, id)
            .orElseThrow(
                () -> new ChangeRefused(Reason.NOT_FOUND, "there is no " + type.word() + " " + id));
    if (request.ifMatch() != null && !request.ifMatch().contains(s.version)) {
      throw new ChangeRefused(Reason.PRECONDITION, "the version is another");
    }
    return s;
  }

  private Optional<Stored> stored(long directory, ResourceType type, String id) {
    return stored.values().stream()
        .filter(s -> s.directory == directory && s.type == type && Long.toString(s.id).equals(id))
        .findFirst();
  }

  private Resource resource(Stored s, boolean related) {
    if (s.type == ResourceType.USER) {
      List<Member> groups = new ArrayList<>();
      for (Stored g : stored.values()) {
        if (g.members.contains(Long.toString(s.id))) {
          groups.add(new Member(g.id, String.valueOf(g.attributes.string("displayName"))));
        }
      }
      return new Resource.User(
          s.id,
          s.directory,
          s.attributes,
          s.attributes.flag("active", true),
          s.version,
          THEN,
          THEN,
          related ? groups.stream().map(m -> m.as(ResourceType.GROUP)).toList() : null);
    }
    List<Resource.Member> members = new ArrayList<>();
    for (String id : s.members) {
      Stored u = stored.get(Long.parseLong(id));
      if (u != null) {
        members.add(
            new Member(u.id, String.valueOf(u.attributes.string("userName")))
                .as(ResourceType.USER));
      }
    }
    return new Resource.Group(
        s.id, s.directory, s.attributes, s.version, THEN, THEN, related ? members : null);
  }

  private record Member(long id, String display) {
    Resource.Member as(ResourceType type) {
      return new Resource.Member(id, type, display);
    }
  }

  private void up() {
    if (down) {
      throw new StoreUnavailable("the database is away", new java.io.IOException("refused"));
    }
  }
}
