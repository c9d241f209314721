package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Inventory;
import dev.idbridge.ledger.ImportBook;
import dev.idbridge.ledger.ImportBook.Doubt;
import dev.idbridge.ledger.ImportRuns;
import dev.idbridge.ledger.ImportRuns.Run;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.model.Attributes;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what an app holds visible in a directory: each account and team is linked with the user or
 * group of its name, or becomes one of origin {@code app}; nothing is written to the app. One
 * import per app at a time over all daemons, each on a thread of its own. What was cut short is
 * begun anew, and passes over what is linked. Thread-safe.
 */
public final class Importer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("dev.idbridge.delivery");

  /** What is noted of an app in these states is, or may be, about another app. */
  private static final Set<String> ELSEWHERE = Set.of("mismatch", "resetting", "forgotten");

  private final ImportRuns runs;
  private final ImportBook book;
  private final ImportPlaces places;
  private final Clock clock;
  private volatile boolean stopping;

  public Importer(ImportRuns runs, ImportBook book, ImportPlaces places, Clock clock) {
    this.runs = runs;
    this.book = book;
    this.places = places;
    this.clock = clock;
  }

  /** Refused: the app cannot be imported, or what was decided cannot be. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why, null, false, false);
    }
  }

  /** What an import of the app came to last, on whichever daemon. */
  public Optional<Run> last(App app) {
    return runs.last(app.id());
  }

  /** Says which imports a daemon's end cut short. */
  public void tellInterrupted(App app) {
    last(app)
        .filter(run -> run.state().equals("interrupted"))
        .ifPresent(
            run ->
                LOG.warn(
                    "the import from app {} was cut short by a daemon's end: {}. What it linked stays"
                        + " linked; the same import begins anew and passes over that",
                    app.name(),
                    run.counts()));
  }

  /**
   * Begins, unless an import of the app is under way.
   *
   * @param by who asks, for the change records
   */
  public void begin(App app, long directory, String by) throws Refused {
    Inventory inventory =
        app.connector()
            .inventory()
            .orElseThrow(
                () ->
                    new Refused(
                        "connector "
                            + app.config().connector()
                            + " cannot list what app "
                            + app.name()
                            + " holds"));
    App.Gate gate = app.gate();
    if (ELSEWHERE.contains(gate.state())) {
      throw new Refused("app " + app.name() + " rests: " + gate.reason());
    }
    long run = runs.begin(app.id(), directory, by);
    if (run != 0) {
      ImportWalk walk =
          new ImportWalk(app, directory, by, run, runs, book, places, clock, () -> stopping);
      Thread.ofPlatform().name("import-" + app.name()).daemon().start(() -> walk.run(inventory));
    }
  }

  /** What is noted as undecided about a thing of this id; see {@link ImportBook#doubts}. */
  public Doubt doubt(App app, Optional<LaneKind> kind, String remoteId) throws Refused {
    var found =
        book.doubts(app.id(), remoteId).stream()
            .filter(one -> kind.isEmpty() || one.kind() == kind.get())
            .toList();
    if (found.isEmpty()) {
      throw new Refused(
          "nothing is undecided about '"
              + remoteId
              + "' of app "
              + app.name()
              + "; idbridge import list --app "
              + app.name()
              + " shows what is, with its ids");
    }
    if (found.size() > 1) {
      throw new Refused(
          "'" + remoteId + "' is an account and a team; say which: --kind account, or --kind team");
    }
    return found.getFirst();
  }

  /** Links it with a user or group of the directory. */
  public void link(App app, Doubt doubt, long resource, String by) throws Refused {
    String why = places.link(app, doubt, resource, by);
    if (!why.isEmpty()) {
      throw new Refused(why);
    }
  }

  /**
   * Makes a user or group of it.
   *
   * @param name its userName or displayName; empty for the name that it has in the app
   * @return the id of the new one
   */
  public long create(App app, Doubt doubt, String name, String by) throws Refused {
    String as = name.isBlank() ? doubt.name() : name.strip();
    if (as.isBlank()) {
      throw new Refused("it has no name in the app; say which name it gets: --as NAME");
    }
    Attributes attributes =
        ImportPlaces.attributes(doubt)
            .with(doubt.kind() == LaneKind.ACCOUNT ? "userName" : "displayName", as);
    ImportPlaces.Made made = places.create(app, doubt, attributes, by, by);
    if (made.id() == 0) {
      throw new Refused(made.why());
    }
    return made.id();
  }

  /** Leaves it alone for good. */
  public void leave(App app, Doubt doubt, String by) {
    book.leave(app.id(), doubt.kind(), doubt.remoteId(), by);
  }

  /** Imports end at their page. */
  @Override
  public void close() {
    stopping = true;
  }
}
