package dev.idbridge.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what people do, for tests of what stands above the store. */
public final class MemoryInterventions implements Interventions {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  /** Each act as one line, with who did it. */
  public final List<String> acts = new CopyOnWriteArrayList<>();

  private final MemoryLedger ledger;

  public MemoryInterventions(MemoryLedger ledger) {
    this.ledger = ledger;
  }

  private AppStatus known(String name) {
    return ledger.apps().stream()
        .filter(app -> app.name().equals(name))
        .findFirst()
        .orElseThrow(() -> AdminRefused.notFound("there is no app '" + name + "'; there is crm"));
  }

  @Override
  public AppDetail app(String name) {
    return new AppDetail(
        known(name),
        "scim http://a",
        "scim http://b",
        null,
        "ada",
        3,
        Map.of("account", 120L, "team", 4L),
        Map.of("applied", 300L, "parked", 7L),
        1,
        List.of());
  }

  @Override
  public GroupOperations groups(String by) {
    throw AdminRefused.notFound("this bridge in memory has no groups");
  }

  @Override
  public RuleOperations rules(String by) {
    throw AdminRefused.notFound("this bridge in memory has no rules");
  }

  @Override
  public AppCheck checkApp(String name) {
    known(name);
    return new AppCheck(name, "scim", "auth-failed", "401 from http://a", List.of("hold teams"));
  }

  @Override
  public Done actOnApp(String name, AppAct act, String by) {
    known(name);
    acts.add(act.act().word() + " " + name + " " + act.reason() + " " + act.until() + " " + by);
    return new Done(act.act().word() + " is done");
  }

  @Override
  public Trail provision(String app, String user, String by) {
    known(app);
    acts.add("provision " + user + " in " + app + " " + by);
    return new Trail(
        user, app, List.of(new Trail.Step(AT, "call", "account", user, "Create")), "done", true);
  }

  @Override
  public AccountPreview preview(String app, String user) {
    throw AdminRefused.notFound("there is no user " + user);
  }

  @Override
  public Page<GrantEntry> grants(GrantQuery query) {
    return new Page<>(List.of(), null);
  }

  @Override
  public Done actOnGrant(String app, GrantAct act, String by) {
    known(app);
    acts.add(act.act() + " " + act.role() + " " + act.user() + " " + by);
    return new Done(act.act() + " is done");
  }

  @Override
  public Done actOnDeadLetter(String id, LetterAct act, String by) {
    if (ledger.deadLetter(id).isEmpty()) {
      throw AdminRefused.notFound("there is no dead letter '" + id + "'");
    }
    acts.add(act.act() + " " + id + " " + act.reason() + " " + by);
    return new Done(act.act() + " is done");
  }

  @Override
  public Replayed replayAll(ReplayAll which, String by) {
    known(which.app());
    acts.add("replay all " + which.kind() + " " + which.rate() + " " + by);
    return new Replayed(12, AT);
  }

  @Override
  public Edited edit(String directory, Edit edit, String by) {
    throw AdminRefused.notFound("nobody is in memory");
  }

  @Override
  public ImportOperations imports(String by) {
    throw new DaemonNeeded("import");
  }
}
