package dev.idbridge.cli;

import dev.idbridge.admin.PageRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of verbs with long answers. */
final class PageOptions {
  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "At most this many, up to " + PageRequest.MOST + " (default: ${DEFAULT-VALUE}).")
  private int limit = PageRequest.USUAL;

  @Option(
      names = "--after",
      paramLabel = "KEY",
      description = "Go on after a page; the page before says with what.")
  private @Nullable String after;

  PageRequest request() {
    return new PageRequest(limit, after);
  }
}
