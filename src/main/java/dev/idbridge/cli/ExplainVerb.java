package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.ExplainQuery;
import dev.idbridge.admin.Explanation;
import dev.idbridge.admin.Explanation.Chain;
import dev.idbridge.admin.Explanation.Step;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Tells why a user has, or has not, what it has in an app: who asked for it, when, through which",
      "groups and rules, what was done in the app, what it answered, and what is in the way."
    })
final class ExplainVerb extends UserInApp {
  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "Only what this group brings: id or displayName.")
  private @Nullable String group;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "Only this role: the app's word, or ROLE@RESOURCE.")
  private @Nullable String role;

  ExplainVerb(Composition composition) {
    super(composition);
  }

  @Override
  int run(AdminOperations bridge) {
    Explanation told = bridge.explain(new ExplainQuery(app, user, group, role));
    print(told, () -> people(told));
    return ExitCode.DONE;
  }

  private void people(Explanation told) {
    line(
        told.userName()
            + " (user "
            + told.user()
            + ", directory "
            + told.directory()
            + ", "
            + (told.active() ? "active" : "not active")
            + ") in "
            + told.app());
    chain(told.account());
    told.groups().forEach(this::chain);
    told.roles().forEach(this::chain);
    out().println();
    if (told.whyNot().isEmpty()) {
      line("everything is as it should be");
    }
    told.whyNot().forEach(why -> line("but: " + why));
    told.notes().forEach(note -> line("note: " + note));
  }

  private void chain(Chain chain) {
    out().println();
    line(chain.what() + ": " + chain.state());
    for (Step step : chain.steps()) {
      Instant at = step.at();
      line(
          "  "
              + (at == null ? " ".repeat(20) : Table.cell(at))
              + "  "
              + step.step()
              + (step.by() == null ? "" : " of " + step.by())
              + (step.request() == null ? "" : " (" + step.request() + ")")
              + ": "
              + step.text());
    }
  }

  /** Names come from outside. */
  private void line(String text) {
    out().println(Table.cell(text));
  }
}
