package dev.idbridge.admin;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.TokenWatch;
import dev.idbridge.directory.Tokens;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.SyncLine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers from the store of this process. */
public final class StoreAdmin implements AdminOperations {
  private static final Set<String> RESULTS = Set.of("SUCCESS", "SKIPPED", "FAILED");
  private static final Set<String> DIRECTIONS = Set.of("in", "out");
  private static final Set<String> ACTIONS =
      Arrays.stream(SyncLine.Action.values()).map(Enum::name).collect(Collectors.toSet());
  private static final Set<String> KINDS =
      Arrays.stream(LaneKind.values()).map(LaneKind::word).collect(Collectors.toSet());

  private final Directories directories;
  private final Tokens tokens;
  private final LedgerReads ledger;
  private final UserReads users;
  private final Supplier<About> about;
  private final Supplier<List<NodeEntry>> nodes;
  private final Interventions interventions;
  private final Clock clock;
  private final String by;
  private final DirectoryAdmin intake;

  /** What {@link Status} tells of the process itself; see there for the components. */
  public record About(
      String version,
      @Nullable Long pid,
      @Nullable Instant started,
      @Nullable String intake,
      String store,
      boolean embedded) {}

  /**
   * @param about asked at each status, since ports are only known once the servers are bound
   * @param nodes the daemons on the store
   * @param by who acts, for the change record: the admin API, or a user at the command line
   */
  public StoreAdmin(
      Directories directories,
      Tokens tokens,
      LedgerReads ledger,
      UserReads users,
      Supplier<About> about,
      Supplier<List<NodeEntry>> nodes,
      Interventions interventions,
      Clock clock,
      String by) {
    this.directories = directories;
    this.tokens = tokens;
    this.ledger = ledger;
    this.users = users;
    this.about = about;
    this.nodes = nodes;
    this.interventions = interventions;
    this.clock = clock;
    this.by = by;
    this.intake = new DirectoryAdmin(directories, tokens, clock, by);
  }

  /** The same, acting for somebody who is named in the change record. */
  public StoreAdmin as(String operator) {
    return operator.isEmpty()
        ? this
        : new StoreAdmin(
            directories,
            tokens,
            ledger,
            users,
            about,
            nodes,
            interventions,
            clock,
            by + " (" + operator + ")");
  }

  @Override
  public Status status() {
    About now = about.get();
    return new Status(
        now.version(),
        now.pid(),
        now.started(),
        now.intake(),
        now.store(),
        now.embedded(),
        nodes.get(),
        directories(),
        ledger.apps(),
        Stream.concat(
                new TokenWatch(directories, tokens, clock).warnings().stream(),
                ledger.warnings().stream())
            .toList());
  }

  @Override
  public List<DirectoryEntry> directories() {
    return intake.directories();
  }

  @Override
  public DirectoryEntry directory(String name) {
    return intake.directory(name);
  }

  @Override
  public DirectoryEntry createDirectory(String name) {
    return intake.create(name);
  }

  @Override
  public DirectoryEntry setDirectory(String name, Map<String, String> settings) {
    return intake.set(name, settings);
  }

  @Override
  public DirectoryContents directoryContents(String name) {
    return intake.contents(name);
  }

  @Override
  public ModeSwitch switchMode(String name, ModeRequest to) {
    return intake.mode(name, to);
  }

  @Override
  public Done deleteDirectory(String name) {
    return intake.delete(name);
  }

  @Override
  public Edited edit(String directory, Edit edit) {
    return interventions.edit(directory, edit, by);
  }

  @Override
  public List<TokenEntry> tokens(String directory) {
    return intake.tokens(directory);
  }

  @Override
  public NewToken createToken(
      String directory, String name, String kind, String scope, @Nullable Instant expires) {
    return intake.createToken(directory, name, kind, scope, expires);
  }

  @Override
  public NewToken rotateToken(
      String directory, String id, Duration overlap, @Nullable Instant expires) {
    return intake.rotateToken(directory, id, overlap, expires);
  }

  @Override
  public void revokeToken(String directory, String id) {
    intake.revokeToken(directory, id);
  }

  @Override
  public Page<UserEntry> users(UserQuery query) {
    return users.list(query);
  }

  @Override
  public UserDetail user(String user) {
    return users.detail(user);
  }

  @Override
  public Page<Happening> trace(String user, PageRequest page) {
    return users.trace(user, page);
  }

  @Override
  public Explanation explain(ExplainQuery query) {
    return users.explain(query);
  }

  @Override
  public Page<SyncLogLine> syncLog(SyncLogQuery query) {
    known(query.result(), RESULTS, "result");
    known(query.direction(), DIRECTIONS, "direction");
    known(query.action(), ACTIONS, "action");
    if (query.app() != null) {
      knownApp(query.app());
    }
    return ledger.syncLog(query);
  }

  @Override
  public Page<DeadLetter> deadLetters(DeadLetterQuery query) {
    if (query.app() != null) {
      knownApp(query.app());
    }
    known(query.kind(), KINDS, "kind");
    return ledger.deadLetters(query);
  }

  @Override
  public DeadLetter deadLetter(String id) {
    return ledger
        .deadLetter(id)
        .orElseThrow(
            () ->
                AdminRefused.notFound(
                    "there is no dead letter '" + id + "'; dead-letters list shows them"));
  }

  @Override
  public Done actOnDeadLetter(String id, LetterAct act) {
    return interventions.actOnDeadLetter(id, act, by);
  }

  @Override
  public Replayed replayAll(ReplayAll which) {
    return interventions.replayAll(which, by);
  }

  @Override
  public AppDetail app(String name) {
    return interventions.app(name);
  }

  @Override
  public AppCheck checkApp(String name) {
    return interventions.checkApp(name);
  }

  @Override
  public GroupOperations groups() {
    return interventions.groups(by);
  }

  @Override
  public RuleOperations rules() {
    return interventions.rules(by);
  }

  @Override
  public Done actOnApp(String name, AppAct act) {
    return interventions.actOnApp(name, act, by);
  }

  @Override
  public Page<GrantEntry> grants(GrantQuery query) {
    return interventions.grants(query);
  }

  @Override
  public Done actOnGrant(String app, GrantAct act) {
    return interventions.actOnGrant(app, act, by);
  }

  @Override
  public Trail provision(String app, String user) {
    return interventions.provision(app, user, by);
  }

  @Override
  public AccountPreview preview(String app, String user) {
    return interventions.preview(app, user);
  }

  @Override
  public ImportOperations imports() {
    return interventions.imports(by);
  }

  @Override
  public Page<Lane> lanes(String app, @Nullable String state, PageRequest page) {
    knownApp(app);
    return ledger.lanes(app, state, page);
  }

  private void knownApp(String name) {
    Set<String> names = ledger.appNames();
    if (!names.contains(name)) {
      throw AdminRefused.noApp(name, names);
    }
  }

  private static void known(@Nullable String value, Set<String> words, String what) {
    if (value != null && !words.contains(value)) {
      throw AdminRefused.invalid(
          what + " is '" + value + "', must be one of " + words.stream().sorted().toList());
    }
  }
}
