package dev.idbridge.admin;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Tokens;
import dev.idbridge.directory.Tokens.Token;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.Ids;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers from the store of this process. */
public final class StoreAdmin implements AdminOperations {
  private static final Set<String> RESULTS = Set.of("SUCCESS", "SKIPPED", "FAILED");
  private static final Set<String> DIRECTIONS = Set.of("in", "out");
  private static final Set<String> ACTIONS =
      Arrays.stream(SyncLine.Action.values()).map(Enum::name).collect(Collectors.toSet());
  private static final Set<String> KINDS =
      Arrays.stream(LaneKind.values()).map(LaneKind::word).collect(Collectors.toSet());
  private static final int LONGEST_NAME = 100;

  private final Directories directories;
  private final Tokens tokens;
  private final LedgerReads ledger;
  private final Supplier<About> about;
  private final Supplier<List<NodeEntry>> nodes;
  private final Interventions interventions;
  private final Clock clock;
  private final String by;

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
      Supplier<About> about,
      Supplier<List<NodeEntry>> nodes,
      Interventions interventions,
      Clock clock,
      String by) {
    this.directories = directories;
    this.tokens = tokens;
    this.ledger = ledger;
    this.about = about;
    this.nodes = nodes;
    this.interventions = interventions;
    this.clock = clock;
    this.by = by;
  }

  /** The same, acting for somebody who is named in the change record. */
  public StoreAdmin as(String operator) {
    return operator.isEmpty()
        ? this
        : new StoreAdmin(
            directories,
            tokens,
            ledger,
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
        ledger.apps());
  }

  @Override
  public List<DirectoryEntry> directories() {
    return directories.list().stream().map(StoreAdmin::entry).toList();
  }

  @Override
  public DirectoryEntry directory(String name) {
    return directories().stream()
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow(() -> noDirectory(name));
  }

  @Override
  public DirectoryEntry setDirectory(String name, Map<String, String> settings) {
    known(name);
    if (settings.isEmpty() || settings.containsValue(null)) {
      throw AdminRefused.invalid(
          "nothing to set; there is "
              + String.join(", ", DirectorySettings.DEFAULT.words().keySet()));
    }
    try {
      return entry(directories.set(name, settings, by));
    } catch (IllegalArgumentException e) {
      throw AdminRefused.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static DirectoryEntry entry(Directory directory) {
    DirectorySettings settings = directory.settings();
    Dialect heard = settings.recognised();
    return new DirectoryEntry(
        directory.name(),
        directory.mode(),
        basePath(directory.name()),
        settings.dialect().word(),
        heard == null ? null : heard.word(),
        settings.strict(),
        settings.honoursRemoveAll() ? "honour" : "refuse",
        settings.unknownAttributes().word(),
        settings.words());
  }

  private static String basePath(String directory) {
    return directory.equals("default") ? "/scim/v2" : "/scim/" + directory + "/v2";
  }

  @Override
  public List<TokenEntry> tokens(String directory) {
    Directory found = known(directory);
    return tokens.list(found.id()).stream().map(t -> entry(t, directory)).toList();
  }

  @Override
  public NewToken createToken(String directory, String name, @Nullable Instant expires) {
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw AdminRefused.invalid(
          "a token's name must have 1 to "
              + LONGEST_NAME
              + " characters; name its user, such as okta");
    }
    if (expires != null && !expires.isAfter(clock.instant())) {
      throw AdminRefused.invalid("the token would end at " + expires + ", which has passed");
    }
    Tokens.Created created = tokens.create(known(directory).id(), name, expires, by);
    return new NewToken(entry(created.token(), directory), created.secret());
  }

  @Override
  public void revokeToken(String directory, String id) {
    Directory found = known(directory);
    long number = Ids.parse(id).orElse(-1);
    if (!tokens.revoke(found.id(), number, by)) {
      throw AdminRefused.notFound(
          "directory '" + directory + "' has no live token '" + id + "'; token list shows them");
    }
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
  public Done actOnApp(String name, AppAct act) {
    return interventions.actOnApp(name, act, by);
  }

  @Override
  public Trail provision(String app, String user) {
    return interventions.provision(app, user, by);
  }

  @Override
  public Page<Lane> lanes(String app, @Nullable String state, PageRequest page) {
    knownApp(app);
    return ledger.lanes(app, state, page);
  }

  private Directory known(String name) {
    return directories.find(name).orElseThrow(() -> noDirectory(name));
  }

  private AdminRefused noDirectory(String name) {
    return AdminRefused.notFound(
        "there is no directory '"
            + name
            + "'; there is "
            + directories.list().stream().map(Directory::name).collect(Collectors.joining(", ")));
  }

  private void knownApp(String name) {
    Set<String> names = ledger.appNames();
    if (!names.contains(name)) {
      throw AdminRefused.notFound(
          "there is no app '"
              + name
              + "'; "
              + (names.isEmpty() ? "none is configured" : "there is " + String.join(", ", names)));
    }
  }

  private static void known(@Nullable String value, Set<String> words, String what) {
    if (value != null && !words.contains(value)) {
      throw AdminRefused.invalid(
          what + " is '" + value + "', must be one of " + words.stream().sorted().toList());
    }
  }

  private TokenEntry entry(Token token, String directory) {
    Instant now = clock.instant();
    String state =
        token.revoked() != null
            ? "revoked"
            : token.expires() != null && !token.expires().isAfter(now) ? "expired" : "live";
    return new TokenEntry(
        Long.toString(token.id()),
        directory,
        token.name(),
        state,
        token.created(),
        token.expires(),
        token.revoked(),
        token.lastUsed(),
        token.lastUsedFrom());
  }
}
