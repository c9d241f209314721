package dev.idbridge;

import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.Done;
import dev.idbridge.admin.ImportOperations;
import dev.idbridge.admin.ImportState;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.PageRequest;
import dev.idbridge.delivery.App;
import dev.idbridge.delivery.Importer;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Names;
import dev.idbridge.ledger.ImportBook;
import dev.idbridge.ledger.ImportBook.Doubt;
import dev.idbridge.ledger.ImportRuns.Counts;
import dev.idbridge.ledger.ImportRuns.Run;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.model.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Imports from the apps of this daemon, for one person. Thread-safe. */
final class FleetImports implements ImportOperations {
  private static final int FIRST = 100;

  private final Function<String, App> apps;
  private final Importer importer;
  private final ImportBook book;
  private final Directories directories;
  private final Names names;
  private final String by;

  /**
   * @param apps by name; refuses names that this daemon has no file for
   * @param by who acts, for the change record
   */
  FleetImports(
      Function<String, App> apps,
      Importer importer,
      ImportBook book,
      Directories directories,
      Names names,
      String by) {
    this.apps = apps;
    this.importer = importer;
    this.book = book;
    this.directories = directories;
    this.names = names;
    this.by = by;
  }

  @Override
  public ImportState begin(String name, String directory) {
    App app = apps.apply(name);
    Directory into =
        directories
            .find(directory)
            .filter(d -> app.follows(d.id()))
            .orElseThrow(
                () ->
                    AdminRefused.invalid(
                        "app "
                            + name
                            + " does not follow a directory '"
                            + directory
                            + "'; it follows "
                            + String.join(", ", app.config().directories())));
    try {
      importer.begin(app, into.id(), by);
    } catch (Importer.Refused e) {
      throw AdminRefused.invalid(String.valueOf(e.getMessage()));
    }
    return state(name);
  }

  @Override
  public ImportState state(String name) {
    App app = apps.apply(name);
    List<Undecided> undecided =
        book.doubts(app.id(), false, null, "", FIRST).stream().map(FleetImports::shown).toList();
    Optional<Run> last = importer.last(app);
    if (last.isEmpty()) {
      return new ImportState(name, null, "none", null, null, null, 0, 0, 0, 0, 0, 0, "", undecided);
    }
    Run run = last.get();
    Counts counts = run.counts();
    return new ImportState(
        name,
        directory(run.directory()),
        run.state(),
        run.by(),
        Instant.ofEpochMilli(run.started()),
        Instant.ofEpochMilli(run.changed()),
        counts.seen(),
        counts.created(),
        counts.linked(),
        counts.known(),
        counts.doubts(),
        counts.members(),
        run.reason(),
        undecided);
  }

  private @Nullable String directory(long id) {
    return directories.list().stream()
        .filter(one -> one.id() == id)
        .map(Directory::name)
        .findFirst()
        .orElse(null);
  }

  @Override
  public Page<Undecided> undecided(String name, boolean left, PageRequest page) {
    App app = apps.apply(name);
    String after = page.after() == null ? "" : page.after();
    int colon = after.indexOf(':');
    if (!after.isEmpty() && colon < 0) {
      throw AdminRefused.invalid("'" + after + "' is not where a page of this list ended");
    }
    List<Doubt> found =
        book.doubts(
            app.id(),
            left,
            after.isEmpty() ? null : kind(after.substring(0, colon)).orElseThrow(),
            after.substring(colon + 1),
            page.limit() + 1);
    String next = null;
    if (found.size() > page.limit()) {
      found = found.subList(0, page.limit());
      next = found.getLast().kind().word() + ":" + found.getLast().remoteId();
    }
    return new Page<>(found.stream().map(FleetImports::shown).toList(), next);
  }

  private static Undecided shown(Doubt doubt) {
    return new Undecided(
        doubt.kind().word(),
        doubt.remoteId(),
        doubt.name(),
        doubt.label(),
        doubt.reason(),
        doubt.by().isEmpty() ? null : doubt.by(),
        doubt.decided() == 0 ? null : Instant.ofEpochMilli(doubt.decided()));
  }

  private static Optional<LaneKind> kind(@Nullable String word) {
    if (word == null) {
      return Optional.empty();
    }
    return switch (word) {
      case "account" -> Optional.of(LaneKind.ACCOUNT);
      case "team" -> Optional.of(LaneKind.TEAM);
      default -> throw AdminRefused.invalid("kind is '" + word + "', must be account or team");
    };
  }

  @Override
  public Done decide(String name, Decision decision) {
    App app = apps.apply(name);
    try {
      Doubt doubt = importer.doubt(app, kind(decision.kind()), decision.id());
      String what =
          doubt.kind().word()
              + " "
              + (doubt.label().isBlank() ? doubt.remoteId() : doubt.label())
              + " of app "
              + name;
      return switch (decision.act()) {
        case LEAVE -> {
          importer.leave(app, doubt, by);
          yield new Done(what + " is left alone; no import asks about it again");
        }
        case CREATE -> {
          String as = decision.name() == null ? "" : decision.name();
          long made = importer.create(app, doubt, as, by);
          yield new Done(
              what + " is " + noun(doubt) + " " + made + " now; nothing is written to the app");
        }
        case LINK -> {
          String resource = String.valueOf(decision.resource());
          long id = resource(doubt, resource);
          importer.link(app, doubt, id, by);
          yield new Done(
              what
                  + " belongs to "
                  + noun(doubt)
                  + " "
                  + names.of(List.of(id)).get(id)
                  + " (id "
                  + id
                  + ") now, and is brought into line with what an identity provider says of it");
        }
      };
    } catch (Importer.Refused e) {
      throw AdminRefused.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static String noun(Doubt doubt) {
    return doubt.kind() == LaneKind.ACCOUNT ? "user" : "group";
  }

  private long resource(Doubt doubt, String resource) {
    return names
        .live(
            doubt.directory(),
            doubt.kind() == LaneKind.ACCOUNT ? ResourceType.USER : ResourceType.GROUP,
            resource)
        .orElseThrow(
            () ->
                AdminRefused.notFound(
                    "directory "
                        + directory(doubt.directory())
                        + " has no live "
                        + noun(doubt)
                        + " '"
                        + resource
                        + "'"));
  }
}
