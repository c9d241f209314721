package dev.idbridge.admin;

import dev.idbridge.admin.AdminRefused.Kind;
import dev.idbridge.directory.Names;
import dev.idbridge.ledger.AppDecisions;
import dev.idbridge.ledger.DeadLetters;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.AppCounts;
import dev.idbridge.ledger.LedgerQueries.AppView;
import dev.idbridge.ledger.RuleSets;
import dev.idbridge.model.Ids;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link Interventions} over the store, and over the apps of this process. Thread-safe. */
public final class StoreInterventions implements Interventions {
  private static final int FASTEST = 10_000;
  private static final int LONGEST_REASON = 500;

  private final StoreLedger ledger;
  private final LedgerQueries queries;
  private final AppDecisions apps;
  private final DeadLetters letters;
  private final StoreGrants grants;
  private final Names names;
  private final LiveApps live;
  private final ManualEdits edits;
  private final Clock clock;
  private final Function<String, GroupOperations> groups;
  private final RuleSets rules;

  /**
   * @param groups for whom they are looked at and acted on
   */
  public StoreInterventions(
      StoreLedger ledger,
      LedgerQueries queries,
      AppDecisions apps,
      DeadLetters letters,
      StoreGrants grants,
      Names names,
      LiveApps live,
      ManualEdits edits,
      Clock clock,
      Function<String, GroupOperations> groups,
      RuleSets rules) {
    this.rules = rules;
    this.groups = groups;
    this.ledger = ledger;
    this.queries = queries;
    this.apps = apps;
    this.letters = letters;
    this.grants = grants;
    this.names = names;
    this.live = live;
    this.edits = edits;
    this.clock = clock;
  }

  @Override
  public GroupOperations groups(String by) {
    return groups.apply(by);
  }

  @Override
  public RuleOperations rules(String by) {
    return new StoreRules(rules, queries, live, (app, user) -> user(user), by);
  }

  @Override
  public AppDetail app(String name) {
    AppView view =
        queries.apps().stream()
            .filter(app -> app.name().equals(name))
            .findFirst()
            .orElseThrow(() -> unknown(name));
    AppCounts counts = queries.counts(view.id());
    boolean paused = view.pausedUntil() > clock.millis();
    return new AppDetail(
        ledger.status(view),
        view.fingerprint(),
        view.wantedFingerprint().isEmpty() ? null : view.wantedFingerprint(),
        paused && view.pausedUntil() != AppDecisions.UNTIL_RESUMED
            ? Instant.ofEpochMilli(view.pausedUntil())
            : null,
        paused ? view.pausedBy() : null,
        view.rulesVersion(),
        counts.links(),
        counts.members(),
        counts.sweeps(),
        ledger.warnings(view));
  }

  private AdminRefused unknown(String name) {
    return AdminRefused.noApp(name, queries.apps().stream().map(AppView::name).sorted().toList());
  }

  private int known(String name) {
    int id = queries.appId(name);
    if (id == 0) {
      throw unknown(name);
    }
    return id;
  }

  @Override
  public AppCheck checkApp(String name) {
    known(name);
    return live.check(name);
  }

  @Override
  public Done actOnApp(String name, AppAct act, String by) {
    known(name);
    String reason = bounded(act.reason());
    Done done =
        switch (act.act()) {
          case PAUSE -> pause(name, act.until(), reason, by);
          case RESUME -> {
            if (!apps.resume(name, by)) {
              throw conflict("app " + name + " is not paused; idbridge app show " + name);
            }
            yield new Done("app " + name + " is resumed; what became due meanwhile is delivered");
          }
          case KEEP -> {
            if (!apps.keep(name, by)) {
              throw conflict(
                  "the file of app "
                      + name
                      + " names the same app as before; there is nothing to settle");
            }
            yield new Done("app " + name + " is the same app at its new address: every link stays");
          }
          case RESET -> {
            // At once here, so that nothing more is claimed while it is dropped.
            long dropped = apps.reset(name, by);
            yield new Done(
                "app "
                    + name
                    + " begins anew: "
                    + dropped
                    + " rows were dropped, everybody is looked at again");
          }
          case FORGET -> forget(name, by);
        };
    live.refresh();
    return done;
  }

  private Done pause(String name, @Nullable Instant until, String reason, String by) {
    if (until != null && !until.isAfter(clock.instant())) {
      throw AdminRefused.invalid("the pause would end at " + until + ", which has passed");
    }
    apps.pause(name, until == null ? AppDecisions.UNTIL_RESUMED : until.toEpochMilli(), reason, by);
    return new Done(
        "app "
            + name
            + " is paused "
            + (until == null ? "until it is resumed" : "until " + until)
            + "; deliveries under way end at their slice, other nodes follow within a second or two");
  }

  private Done forget(String name, String by) {
    boolean gone =
        queries.apps().stream()
            .filter(app -> app.name().equals(name))
            .anyMatch(app -> app.state().equals("suspended") || app.state().equals("resetting"));
    if (!gone || live.state(name).isPresent()) {
      throw conflict(
          "app "
              + name
              + " still has its file: take conf/apps/"
              + name
              + ".yaml away, restart the daemons, then forget it");
    }
    long dropped = apps.forget(name, by);
    return new Done(
        "app "
            + name
            + " is forgotten: "
            + dropped
            + " rows were dropped; its lines in the sync log stay, and so does everything in the app");
  }

  @Override
  public Page<GrantEntry> grants(GrantQuery query) {
    return grants.list(query);
  }

  @Override
  public Done actOnGrant(String app, GrantAct act, String by) {
    Done done = grants.act(app, act, by);
    live.refresh();
    return done;
  }

  @Override
  public Trail provision(String app, String user, String by) {
    known(app);
    return live.provision(app, user(user), by);
  }

  @Override
  public AccountPreview preview(String app, String user) {
    known(app);
    return live.preview(app, user(user), null);
  }

  private long user(String user) {
    long id = Ids.parse(user).orElse(0);
    if (id == 0) {
      List<Long> found = names.users(user);
      if (found.isEmpty()) {
        throw AdminRefused.notFound("no directory has a user '" + user + "', live or deleted");
      }
      id = found.getFirst();
    }
    return id;
  }

  @Override
  public Done actOnDeadLetter(String id, LetterAct act, String by) {
    return switch (act.act()) {
      case REPLAY ->
          letter(
              id,
              (number, reason) -> letters.replay(number, by),
              "",
              "dead letter " + id + " is tried again now; what fails again is a new letter");
      case DISCARD -> {
        String reason = bounded(act.reason());
        if (reason.isBlank()) {
          throw AdminRefused.invalid("say why it is given up: reason is empty");
        }
        yield letter(
            id,
            (number, why) -> letters.discard(number, why, by),
            reason,
            "dead letter "
                + id
                + " is given up; the app stays as it is until the next change of that user or group");
      }
    };
  }

  private Done letter(
      String id, BiFunction<Long, String, Boolean> act, String reason, String done) {
    long number = Ids.parse(id).orElse(0);
    if (number == 0 || !act.apply(number, reason)) {
      throw AdminRefused.notFound(
          "there is no dead letter '" + id + "'; dead-letters list shows them");
    }
    return new Done(done);
  }

  @Override
  public Replayed replayAll(ReplayAll which, String by) {
    int app = known(which.app());
    Integer rate = which.rate();
    if (rate != null && (rate < 1 || rate > FASTEST)) {
      throw AdminRefused.invalid("rate is " + rate + ", must be from 1 to " + FASTEST);
    }
    DeadLetters.Replayed replayed =
        letters.replayAll(app, kind(which.kind()), rate == null ? 0 : rate, by);
    return new Replayed(replayed.letters(), Instant.ofEpochMilli(replayed.lastAt()));
  }

  static @Nullable LaneKind kind(@Nullable String word) {
    try {
      return word == null ? null : LaneKind.of(word);
    } catch (IllegalArgumentException e) {
      throw AdminRefused.invalid("kind is '" + word + "', must be account, team or grants");
    }
  }

  private static AdminRefused conflict(String text) {
    return new AdminRefused(Kind.CONFLICT, text);
  }

  private static String bounded(@Nullable String reason) {
    if (reason == null) {
      return "";
    }
    if (reason.length() > LONGEST_REASON) {
      throw AdminRefused.invalid("the reason is longer than " + LONGEST_REASON + " characters");
    }
    return reason.strip();
  }

  @Override
  public Edited edit(String directory, Edit edit, String by) {
    return edits.edit(directory, edit, by);
  }

  @Override
  public ImportOperations imports(String by) {
    return live.imports(by);
  }
}
