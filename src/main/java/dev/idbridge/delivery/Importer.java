package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Inventory;
import dev.idbridge.connector.spi.ListedAccount;
import dev.idbridge.connector.spi.ListedTeam;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.directory.ChangeWriter;
import dev.idbridge.directory.Names;
import dev.idbridge.ledger.ImportBook;
import dev.idbridge.ledger.ImportBook.Doubt;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.Link;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.model.UserChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what an app holds visible in a directory: each account and team is linked with the user or
 * group of its name, or becomes one of origin {@code app}; nothing is written to the app. One
 * import per app at a time, each on a thread of its own. What was cut short is begun again, and
 * passes over what is linked. Thread-safe.
 */
public final class Importer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("dev.idbridge.delivery");
  private static final Duration LONGEST = Duration.ofHours(12);

  private final ImportBook book;
  private final Ledger ledger;
  private final Names names;
  private final ChangeWriter writer;
  private final Map<Integer, Run> runs = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  public Importer(ImportBook book, Ledger ledger, Names names, ChangeWriter writer) {
    this.book = book;
    this.ledger = ledger;
    this.names = names;
    this.writer = writer;
  }

  /**
   * How far an import is.
   *
   * @param state running, done or failed
   * @param seen accounts and teams that were shown so far
   * @param created users and groups of origin app
   * @param linked with users and groups that were there
   * @param known linked before
   * @param doubts left to a person
   * @param reason why it failed
   */
  public record Progress(
      String state, long seen, long created, long linked, long known, long doubts, String reason) {
    static final Progress NONE = new Progress("none", 0, 0, 0, 0, 0, "");
  }

  /** What an import of the app came to last, in this daemon. */
  public Progress progress(App app) {
    Run run = runs.get(app.id());
    return run == null ? Progress.NONE : run.progress;
  }

  /**
   * Begins, unless an import of the app is under way.
   *
   * @param by who asks, for the change records
   * @throws UnsupportedOperationException when the app cannot be listed
   */
  public Progress begin(App app, long directory, String by) {
    Inventory inventory =
        app.connector()
            .inventory()
            .orElseThrow(
                () ->
                    new UnsupportedOperationException(
                        "connector "
                            + app.config().connector()
                            + " cannot list what app "
                            + app.name()
                            + " holds"));
    Run fresh = new Run(app, directory, by);
    Run now =
        Objects.requireNonNull(
            runs.compute(
                app.id(),
                (id, run) -> run != null && run.progress.state.equals("running") ? run : fresh));
    if (now == fresh) {
      Thread.ofPlatform().name("import-" + app.name()).daemon().start(() -> fresh.run(inventory));
    }
    return now.progress;
  }

  /** Imports end at their page. */
  @Override
  public void close() {
    stopping = true;
  }

  private final class Run {
    final App app;
    final long directory;
    final Actor by;
    volatile Progress progress = new Progress("running", 0, 0, 0, 0, 0, "");

    Run(App app, long directory, String by) {
      this.app = app;
      this.directory = directory;
      this.by = new Actor(0, by, "", "");
    }

    void run(Inventory inventory) {
      String reason;
      try {
        book.forget(app.id());
        Deadline deadline = Deadline.in(LONGEST);
        Outcome.Failure why = inventory.accounts(this::accounts, deadline);
        if (why == null) {
          why = inventory.teams(this::teams, deadline);
        }
        reason = why == null ? "" : why.reason();
      } catch (StoreUnavailable down) {
        reason = String.valueOf(down.getMessage());
      } catch (Stopped stop) {
        reason = "the daemon ended";
      } catch (RuntimeException bug) {
        LOG.error("the import from app {} failed", app.name(), bug);
        reason = "this is a bug: " + bug.getClass().getSimpleName();
      }
      Progress last = progress;
      progress =
          new Progress(
              reason.isEmpty() ? "done" : "failed",
              last.seen,
              last.created,
              last.linked,
              last.known,
              last.doubts,
              reason);
      LOG.info("the import from app {} is {}: {}", app.name(), progress.state, progress);
    }

    private void count(long known, long created, long linked, long doubts) {
      Progress p = progress;
      progress =
          new Progress(
              "running",
              p.seen + known + created + linked + doubts,
              p.created + created,
              p.linked + linked,
              p.known + known,
              p.doubts + doubts,
              "");
    }

    private void accounts(List<ListedAccount> page) {
      if (stopping) {
        throw new Stopped();
      }
      Set<String> known =
          book.linked(
              app.id(), LaneKind.ACCOUNT, page.stream().map(ListedAccount::remoteId).toList());
      count(known.size(), 0, 0, 0);
      for (ListedAccount account : page) {
        if (!known.contains(account.remoteId())) {
          account(account);
        }
      }
    }

    private void account(ListedAccount account) {
      Thing thing =
          new Thing(
              LaneKind.ACCOUNT,
              account.remoteId(),
              account.label(),
              account.userName(),
              account.active(),
              "");
      if (account.userName().isBlank()) {
        doubt(thing, "it has no user name");
        return;
      }
      OptionalLong user = names.live(directory, ResourceType.USER, account.userName());
      if (user.isPresent()) {
        link(thing, user.getAsLong());
        return;
      }
      for (String email : account.emails()) {
        List<Long> others = names.byEmail(directory, email);
        if (!others.isEmpty()) {
          doubt(
              thing,
              "its e-mail address belongs to user "
                  + String.join(", ", names.of(others).values())
                  + ", whose userName is another; rename one of them, and import again");
          return;
        }
      }
      create(thing, new UserChange.Create(attributes(account), true));
    }

    private void teams(List<ListedTeam> page) {
      if (stopping) {
        throw new Stopped();
      }
      Set<String> known =
          book.linked(app.id(), LaneKind.TEAM, page.stream().map(ListedTeam::remoteId).toList());
      count(known.size(), 0, 0, 0);
      for (ListedTeam team : page) {
        if (known.contains(team.remoteId())) {
          continue;
        }
        Thing thing =
            new Thing(LaneKind.TEAM, team.remoteId(), team.path(), team.name(), true, team.name());
        if (team.name().isBlank()) {
          doubt(thing, "it has no name");
          continue;
        }
        OptionalLong group = names.live(directory, ResourceType.GROUP, team.name());
        if (group.isPresent()) {
          link(thing, group.getAsLong());
        } else {
          create(
              thing,
              new GroupChange.Create(
                  Attributes.of(Map.of("displayName", team.name())), List.of(), true));
        }
      }
    }

    private void create(Thing thing, ResourceChange change) {
      long id;
      try {
        id =
            Objects.requireNonNull(
                    writer
                        .write(new ChangeRequest(directory, change, by, null, List.of()))
                        .join()
                        .resource())
                .id();
      } catch (CompletionException e) {
        if (e.getCause() instanceof ChangeRefused refused) {
          doubt(thing, refused.detail());
          return;
        }
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
      if (book.link(thing.link(app.id(), id, directory), thing.name)) {
        count(0, 1, 0, 0);
      } else {
        doubt(thing, "somebody linked it at this moment; import again");
      }
    }

    private void link(Thing thing, long resource) {
      Link other = ledger.links(app.id(), thing.kind, List.of(resource)).get(resource);
      if (other != null) {
        doubt(
            thing,
            "'"
                + thing.name
                + "' of the directory is "
                + other.label()
                + " in the app already; rename or remove one of the two in the app");
        return;
      }
      if (book.link(thing.link(app.id(), resource, directory), thing.name)) {
        count(0, 0, 1, 0);
      } else {
        doubt(thing, "somebody linked it at this moment; import again");
      }
    }

    private void doubt(Thing thing, String reason) {
      book.doubt(
          app.id(), directory, new Doubt(thing.kind.word(), thing.remoteId, thing.label, reason));
      count(0, 0, 0, 1);
    }
  }

  private record Thing(
      LaneKind kind, String remoteId, String label, String name, boolean active, String applied) {
    Link link(int app, long resource, long directory) {
      return new Link(
          app, kind, resource, directory, remoteId, label, Origin.FOUND, active, applied);
    }
  }

  private static Attributes attributes(ListedAccount account) {
    Map<String, Object> user = new HashMap<>();
    user.put("userName", account.userName());
    user.put("active", account.active());
    put(user, "displayName", account.displayName());
    Map<String, Object> name = new HashMap<>();
    put(name, "givenName", account.givenName());
    put(name, "familyName", account.familyName());
    if (!name.isEmpty()) {
      user.put("name", name);
    }
    List<Map<String, Object>> emails = new ArrayList<>();
    for (String email : account.emails()) {
      emails.add(
          Map.of(
              "value",
              email,
              "type",
              emails.isEmpty() ? "work" : "other",
              "primary",
              emails.isEmpty()));
    }
    if (!emails.isEmpty()) {
      user.put("emails", emails);
    }
    return Attributes.of(user);
  }

  private static void put(Map<String, Object> into, String name, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      into.put(name, value);
    }
  }

  /** Ends a listing from within. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("stopped", null, false, false);
    }
  }
}
