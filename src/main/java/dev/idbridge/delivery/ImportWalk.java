package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Inventory;
import dev.idbridge.connector.spi.ListedAccount;
import dev.idbridge.connector.spi.ListedTeam;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.ledger.ImportBook;
import dev.idbridge.ledger.ImportBook.Doubt;
import dev.idbridge.ledger.ImportRuns;
import dev.idbridge.ledger.ImportRuns.Counts;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.model.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One import: goes through an app's accounts, then its teams. Each call to the app takes one of the
 * app's call slots, which is given back while a page is looked at; where the app asks for a pause
 * it waits, and goes on where it was. Used by one thread.
 */
final class ImportWalk {
  private static final Logger LOG = LoggerFactory.getLogger("dev.idbridge.delivery");
  private static final Duration LONGEST = Duration.ofHours(12);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int LONGEST_ID = 512;
  private static final int TEAMS = 100;

  /** Teams in a row whose members could not be read, after which the app is left alone. */
  private static final int FAILURES = 3;

  private final App app;
  private final long directory;
  private final String by;
  private final long run;
  private final ImportRuns runs;
  private final ImportBook book;
  private final ImportPlaces places;
  private final Clock clock;
  private final BooleanSupplier stopping;
  private final Deadline deadline = Deadline.in(LONGEST);
  private Counts counts = Counts.NONE;
  private boolean calling;

  ImportWalk(
      App app,
      long directory,
      String by,
      long run,
      ImportRuns runs,
      ImportBook book,
      ImportPlaces places,
      Clock clock,
      BooleanSupplier stopping) {
    this.app = app;
    this.directory = directory;
    this.by = by;
    this.run = run;
    this.runs = runs;
    this.book = book;
    this.places = places;
    this.clock = clock;
    this.stopping = stopping;
  }

  /** To the end, whatever that is; never throws. */
  void run(Inventory inventory) {
    String reason;
    try {
      runs.unmark(app.id());
      Outcome.Failure why =
          all(
              inventory::accounts,
              LaneKind.ACCOUNT,
              (ListedAccount account) -> ImportPlaces.of(account, directory));
      if (why == null) {
        why =
            all(
                inventory::teams,
                LaneKind.TEAM,
                (ListedTeam team) -> ImportPlaces.of(team, directory));
      }
      if (why == null) {
        why = members(inventory);
      }
      runs.unmark(app.id());
      reason = why == null ? "" : why.reason();
    } catch (StoreUnavailable down) {
      reason = String.valueOf(down.getMessage());
    } catch (Stopped stop) {
      reason = String.valueOf(stop.getMessage());
    } catch (RuntimeException bug) {
      LOG.error("the import from app {} failed", app.name(), bug);
      reason = "this is a bug: " + bug.getClass().getSimpleName();
    } finally {
      pause();
    }
    String state = reason.isEmpty() ? "done" : "failed";
    LOG.info("the import from app {} is {}: {} {}", app.name(), state, counts, reason);
    try {
      runs.note(app.id(), run, state, counts, reason);
    } catch (StoreUnavailable down) {
      LOG.warn("how the import from app {} ended is not noted: {}", app.name(), down.getMessage());
    }
  }

  private interface Listing<T> {
    Outcome.@Nullable Failure from(Inventory.Pages<T> pages, String from, Deadline deadline);
  }

  private interface Thing<T> {
    Doubt of(T listed);
  }

  /** Everything of one kind, through as many pauses as the app asks for. */
  private <T> Outcome.@Nullable Failure all(Listing<T> listing, LaneKind kind, Thing<T> thing) {
    String[] from = {""};
    Inventory.Pages<T> pages =
        new Inventory.Pages<>() {
          @Override
          public int take(List<T> page) {
            pause();
            int fresh = look(kind, page.stream().map(thing::of).toList());
            resume();
            return fresh;
          }

          @Override
          public void goOn(String next) {
            from[0] = next;
          }
        };
    return patiently(() -> listing.from(pages, from[0], deadline));
  }

  private interface Asking {
    Outcome.@Nullable Failure ask();
  }

  /** Asks again for as long as the app asks for pauses. */
  private Outcome.@Nullable Failure patiently(Asking asking) {
    while (true) {
      resume();
      Outcome.Failure why = asking.ask();
      pause();
      if (!(why instanceof Outcome.Throttled throttled) || deadline.passed()) {
        return why;
      }
      long now = clock.millis();
      Duration after = throttled.after() == null ? PAUSE : throttled.after();
      app.shut("throttled", now, now + after.toMillis(), throttled.reason());
    }
  }

  /**
   * Who is in the groups that were imported, as far as their accounts are known. A team whose
   * members cannot be read holds up no other.
   */
  private Outcome.@Nullable Failure members(Inventory inventory) {
    Outcome.Failure first = null;
    int inARow = 0;
    long after = 0;
    while (true) {
      List<ImportBook.Team> page = book.teams(app.id(), directory, after, TEAMS);
      for (ImportBook.Team team : page) {
        Outcome.Failure why = members(inventory, team);
        inARow = why == null ? 0 : inARow + 1;
        if (why != null && first == null) {
          first = new Outcome.Retry("members of team " + team.label() + ": " + why.reason(), false);
        }
        if (why instanceof Outcome.AuthFailed || inARow == FAILURES) {
          return first;
        }
        after = team.group();
      }
      if (page.size() < TEAMS) {
        return first;
      }
    }
  }

  private Outcome.@Nullable Failure members(Inventory inventory, ImportBook.Team team) {
    return patiently(
        () ->
            inventory.members(
                team.remoteId(),
                page -> {
                  pause();
                  int joined =
                      places.join(team.group(), book.owners(app.id(), directory, page), by);
                  counts = counts.joined(joined);
                  note();
                  resume();
                  return joined;
                },
                deadline));
  }

  /** Takes a slot, when the app may be called. */
  private void resume() {
    while (!calling) {
      if (stopping.getAsBoolean()) {
        throw new Stopped("the daemon ended");
      }
      Duration wait = app.leftAlone(clock.millis());
      if (app.gate().state().equals("throttled") && !wait.isZero()) {
        LockSupport.parkNanos(this, Math.min(wait.toNanos(), LOOK_AGAIN.toNanos()));
      } else {
        calling = app.slots().take(false, LOOK_AGAIN);
      }
    }
  }

  private void pause() {
    if (calling) {
      calling = false;
      app.slots().give();
    }
  }

  private int look(LaneKind kind, List<Doubt> page) {
    Map<String, Doubt> fresh = new LinkedHashMap<>();
    for (Doubt thing : page) {
      if (thing.remoteId().length() > LONGEST_ID) {
        throw new Stopped(
            "the app shows a thing whose id has "
                + thing.remoteId().length()
                + " characters; "
                + LONGEST_ID
                + " are the most");
      }
      fresh.putIfAbsent(thing.remoteId(), thing);
    }
    fresh.keySet().removeAll(runs.seen(app.id(), run, kind, fresh.keySet()));
    Set<String> linked = book.linked(app.id(), kind, fresh.keySet());
    Set<String> left = book.left(app.id(), kind, fresh.keySet());
    long created = 0;
    long joined = 0;
    long known = 0;
    long doubts = 0;
    for (Doubt thing : fresh.values()) {
      if (linked.contains(thing.remoteId()) || left.contains(thing.remoteId())) {
        known++;
        continue;
      }
      ImportPlaces.Placed placed = places.place(app, thing, by);
      if (!placed.doubt().isEmpty()) {
        book.doubt(app.id(), thing.because(placed.doubt()));
        doubts++;
      } else if (placed.created()) {
        created++;
      } else {
        joined++;
      }
    }
    runs.mark(app.id(), run, kind, fresh.keySet());
    counts =
        new Counts(
            counts.seen() + fresh.size(),
            counts.created() + created,
            counts.linked() + joined,
            counts.known() + known,
            counts.doubts() + doubts,
            counts.members());
    note();
    return fresh.size();
  }

  private void note() {
    if (!runs.note(app.id(), run, "running", counts, "")) {
      throw new Stopped("another import of the app has begun, or the app was reset");
    }
  }

  /** Ends a listing from within. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped(String why) {
      super(why, null, false, false);
    }
  }
}
