package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.Done;
import dev.idbridge.admin.Json;
import dev.idbridge.admin.Page;
import dev.idbridge.config.ConfigException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the verbs that print data share. */
abstract class Verb implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin PlaceOptions options;

  @Option(names = "--json", description = "Print JSON: one object, or one object per line.")
  boolean json;

  private final Composition composition;

  @SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
  Verb(Composition composition) {
    this.composition = composition;
  }

  /** Does the work. */
  abstract int run(AdminOperations bridge);

  @Override
  public final Integer call() throws ConfigException, Unreachable {
    try (Connection connection = Connection.open(options.places(), System.getenv(), composition)) {
      return run(connection.operations());
    } finally {
      // A table is printed without println, which alone would flush.
      out().flush();
    }
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  /** Names what would be done, and asks for --yes. */
  final int ask(String would) {
    err().println("would " + would + "; add --yes to do it");
    return ExitCode.USAGE;
  }

  /** What a person's act did: a sentence on standard error, or the object. */
  final int done(Done done) {
    if (json) {
      out().println(Json.write(done));
    } else {
      err().println(done.text());
    }
    return ExitCode.DONE;
  }

  final void print(Object value, Runnable people) {
    if (json) {
      out().println(Json.write(value));
    } else {
      people.run();
    }
  }

  /** Prints a list; the way to the next page goes to standard error. */
  final <T> int print(Page<T> page, String none, Table table, Function<T, @Nullable Object[]> row) {
    List<T> items = page.items();
    if (json) {
      items.forEach(item -> out().println(Json.write(item)));
    } else if (items.isEmpty()) {
      err().println(none);
    } else {
      items.forEach(item -> table.row(row.apply(item)));
      out().print(table);
    }
    if (page.next() != null) {
      err().println("more: --after " + page.next());
    }
    return ExitCode.DONE;
  }
}
