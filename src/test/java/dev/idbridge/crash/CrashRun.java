package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.MariaDbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One daemon's hard life: under load it is killed again and again, at named boundaries and at
 * random moments; then it lives on in peace until nothing is left to do, and everything must be
 * right.
 */
final class CrashRun implements AutoCloseable {
  private static final AtomicInteger DATABASES = new AtomicInteger();
  static final int CLERKS = 3;

  /**
   * Where it ends itself: between two steps that a reader of the store could tell apart, for every
   * kind of work.
   */
  private static final List<String> BOUNDARIES =
      List.of(
          "before-commit",
          "after-commit",
          "after-claim",
          "after-intent/account",
          "after-intent/team",
          "after-intent/grants",
          "mid-slice",
          "after-effect/account",
          "after-effect/team",
          "after-effect/grants",
          "after-effect/followup",
          "before-completion/account",
          "before-completion/team",
          "before-completion/grants",
          "before-completion/followup",
          "sweep-page",
          "feed");

  /** Those that many seconds may pass between. */
  private static final Pattern RARE =
      Pattern.compile("sweep-page|feed|.*/followup|after-intent/.*");

  /** What the ids of users and groups look like. */
  private static final Pattern ID = Pattern.compile("\\b\\d{17,19}\\b");

  private static final Duration CALM = Duration.ofMinutes(3);

  private final String title;
  private final int size;
  private final Random random;
  private @Nullable Crowd crowd;
  private final List<CrashApp> apps;
  private final Vault vault = new Vault();
  private final CrashDaemon daemon;
  private final ScimClient scim;
  private final Books books;
  private final List<Clerk> clerks = new ArrayList<>();
  private final Semaphore tickets = new Semaphore(0);
  private final List<String> deaths = new ArrayList<>();
  private volatile boolean over;
  private String everyone = "";

  /**
   * @param size of a group that there is besides, with one app alone; 0 for none
   */
  CrashRun(DatabaseKind kind, long seed, Path folder, int size) throws IOException {
    this.size = size;
    title = "-Dcrash.seed=" + seed + (size == 0 ? "" : " -Dcrash.crowd=" + size) + " on " + kind;
    apps =
        size == 0
            ? List.of(new CrashScimApp(), new CrashLdapApp(3), new CrashKeycloakApp())
            : List.of(new CrashLdapApp(100));
    random = new Random(seed);
    daemon = new CrashDaemon(folder);
    scim = new ScimClient(daemon);
    String store;
    if (kind == DatabaseKind.MARIADB) {
      String name = "crash" + DATABASES.incrementAndGet();
      MariaDbServer.shared().execute("CREATE DATABASE " + name);
      String url = MariaDbServer.shared().url(name);
      store = "store: {url: \"" + url + "\", user: root, password: \"\"}\n";
      books = new Books(url, "root");
    } else {
      store = "";
      books =
          new Books(
              "jdbc:h2:file:"
                  + folder.resolve("data/idbridge").toAbsolutePath()
                  + ";DATABASE_TO_LOWER=TRUE",
              "");
    }
    configure(folder.resolve("conf"), store);
  }

  private void configure(Path conf, String store) throws IOException {
    Files.createDirectories(conf.resolve("apps"));
    Files.writeString(
        conf.resolve("idbridge.yaml"),
        "server: {port: 0, limits: {rate: 1000000, burst: 1000000}}\nmanagement: {port: 0}\n"
            + store
            // A server in memory takes seconds to look for members among ten thousand.
            + "delivery: {workers: 16, lease: "
            + (size == 0 ? "PT5S" : "PT20S")
            + ", retry: {first: PT1S, max: PT2S}}\n");
    for (CrashApp app : apps) {
      Files.writeString(conf.resolve("apps/" + app.name() + ".yaml"), app.file());
    }
    vault.configure(conf);
  }

  /**
   * @param kills deaths: as many of the boundaries as fit in the first half, once each, the others
   *     at random moments
   * @return what is wrong, with everything that helps to see why; empty when all is right
   */
  List<String> problems(int kills) throws Exception {
    long began = System.nanoTime();
    List<String> plan = new ArrayList<>(BOUNDARIES);
    if (size > 0) {
      // The one app takes no roles, and has nothing done for leavers.
      plan.removeIf(boundary -> boundary.matches(".*/(grants|followup)"));
    }
    Collections.shuffle(plan, random);
    plan.subList(Math.min(plan.size(), kills / 2), plan.size()).clear();
    for (int i = kills - plan.size(); i > 0; i--) {
      // The first life makes the token: it ends at random, if any does.
      plan.add(i == 1 ? 0 : random.nextInt(plan.size() + 1), "");
    }
    daemon.start("");
    scim.login();
    everyone = makeEveryone();
    if (size > 0) {
      crowd = new Crowd(size, random.nextLong(), scim, this::ticket);
      crowd.gather();
    }
    boolean up = ClassArchive.shared().there() && plan.getFirst().isEmpty();
    if (!up) {
      daemon.stop();
    }
    ExecutorService threads = Executors.newFixedThreadPool(CLERKS + 1);
    ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    List<String> problems = new ArrayList<>();
    try {
      List<Future<?>> days = new ArrayList<>();
      List<String> names = apps.stream().map(CrashApp::name).toList();
      for (int i = 0; i < CLERKS; i++) {
        Clerk clerk = new Clerk("w" + i, random.nextLong(), scim, this::ticket, everyone, names);
        clerks.add(clerk);
        days.add(threads.submit(clerk));
      }
      if (crowd != null) {
        days.add(threads.submit(crowd));
      }
      pace.scheduleAtFixedRate(this::hand, 0, 12, TimeUnit.MILLISECONDS);
      die(plan, up);
      over = true;
      tickets.release(1_000);
      for (Future<?> day : days) {
        day.get(120, TimeUnit.SECONDS);
      }
      for (Clerk clerk : clerks) {
        problems.addAll(clerk.problems);
      }
      if (crowd != null) {
        problems.addAll(crowd.problems);
      }
      clerks.forEach(Clerk::attachAll);
      reckon(problems, "at the end");
      clerks.getFirst().meet();
      reckon(problems, "with the adopted one and one of ours in the shared team");
      clerks.getFirst().part();
      reckon(problems, "after they left it");
    } catch (RuntimeException | AssertionError e) {
      clerks.forEach(clerk -> problems.addAll(clerk.problems));
      problems.add(e + " after " + deaths + "; not idle: " + busyLanes());
      return problems;
    } finally {
      over = true;
      tickets.release(1_000);
      threads.shutdownNow();
      pace.shutdownNow();
    }
    int exit = daemon.stop();
    if (exit != 143 && exit != 0) {
      problems.add("ended with " + exit);
    }
    problems.addAll(books.problems(vault.taken()));
    Files.readAllLines(daemon.log()).stream()
        .filter(line -> line.contains(" ERROR "))
        .limit(5)
        .forEach(line -> problems.add("logged: " + line));
    Set<String> ids = new TreeSet<>();
    for (String problem : problems) {
      Matcher named = ID.matcher(problem);
      while (named.find()) {
        ids.add(named.group());
      }
    }
    for (String id : ids.stream().limit(3).toList()) {
      List<String> history = books.history(id);
      history.stream()
          .skip(Math.max(0, history.size() - 30))
          .forEach(line -> problems.add("about " + id + ": " + line));
    }
    System.out.printf(
        "crash run %s: %s; %d requests answered, %d lost; %d problems; %d s; %s%n",
        title,
        deaths,
        scim.answered.get(),
        scim.lost.get(),
        problems.size(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
        scim.failures);
    return problems;
  }

  /** How often it has died. */
  int deaths() {
    return deaths.size();
  }

  /** In one word, what its clients did. */
  String workload() {
    return size == 0 ? "teams-and-roles" : "crowd-" + size;
  }

  String title() {
    return title;
  }

  String log() {
    return daemon.tail();
  }

  private String makeEveryone() {
    Answer answer = scim.send("POST", "/Groups", new Club("", CrashApp.EVERYONE, Set.of()).json());
    if (answer.status() != 201) {
      throw new AssertionError("no shared group: " + answer);
    }
    return answer.body().path("id").asText();
  }

  /** At most a few requests wait, so that a daemon that comes up is not run over. */
  private void hand() {
    if (tickets.availablePermits() < 2 * CLERKS) {
      tickets.release();
    }
  }

  private boolean ticket() {
    tickets.acquireUninterruptibly();
    return !over;
  }

  private void die(List<String> plan, boolean running) throws IOException {
    boolean first = running;
    for (String boundary : plan) {
      String crashAt =
          boundary.isEmpty()
              ? ""
              : boundary + ":" + (1 + random.nextInt(RARE.matcher(boundary).matches() ? 2 : 8));
      boolean up = first && crashAt.isEmpty();
      first = false;
      if (!up) {
        up = daemon.start(crashAt);
      }
      if (!crashAt.isEmpty()) {
        if (up && !daemon.endsWithin(Duration.ofSeconds(120))) {
          throw new AssertionError("never came to " + crashAt + "; " + title);
        }
        daemon.exit();
        deaths.add(crashAt);
      } else {
        long born = scim.answered.get();
        int most = 1 + random.nextInt(200);
        long deadline = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        while (System.nanoTime() < deadline && scim.answered.get() < born + most) {
          if (daemon.endsWithin(Duration.ofMillis(1 + random.nextInt(20)))) {
            throw new AssertionError("ended by itself; " + title);
          }
        }
        daemon.kill();
        deaths.add("after " + (scim.answered.get() - born) + " answers");
      }
    }
    daemon.start("");
  }

  private void reckon(List<String> problems, String when) throws Exception {
    String left = untilCalm();
    Reckoning reckoning = new Reckoning(clerks, crowd);
    if (!left.isEmpty()) {
      problems.add(when + ": not calm after " + CALM.toSeconds() + " s: " + left);
    }
    reckoning.bridge(scim, everyone);
    apps.forEach(app -> reckoning.app(app, everyone));
    reckoning.problems().forEach(problem -> problems.add(when + ": " + problem));
    for (CrashApp app : apps) {
      if (app instanceof CrashScimApp crm) {
        vault
            .problems(crm.scim.switched())
            .forEach(problem -> problems.add(when + ": account " + problem));
      }
    }
  }

  /** Waits until every lane is idle; otherwise tells which are not. */
  private String untilCalm() throws Exception {
    long deadline = System.nanoTime() + CALM.toNanos();
    while (System.nanoTime() < deadline) {
      boolean busy = false;
      for (JsonNode app : scim.admin("status").path("apps")) {
        for (var lanes = app.path("lanes").fields(); lanes.hasNext(); ) {
          var state = lanes.next();
          busy |= !state.getKey().equals("idle") && state.getValue().asLong() > 0;
        }
      }
      if (!busy) {
        return "";
      }
      daemon.endsWithin(Duration.ofMillis(200));
    }
    return busyLanes();
  }

  private String busyLanes() throws IOException {
    StringBuilder left = new StringBuilder();
    for (CrashApp app : apps) {
      for (JsonNode lane : scim.admin("apps/" + app.name() + "/lanes?limit=500").path("items")) {
        if (!lane.path("state").asText().equals("idle")) {
          left.append(lane).append('\n');
        }
      }
    }
    return left.toString();
  }

  @Override
  public void close() {
    daemon.close();
    apps.forEach(CrashApp::close);
    vault.close();
  }
}
