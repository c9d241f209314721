package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.Explanation;
import dev.idbridge.admin.Explanation.Chain;
import dev.idbridge.admin.Explanation.Step;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Tells why a user has, or has not, what it has in an app: who asked for it, when, through which",
      "groups, what was done in the app and what it answered."
    })
final class ExplainVerb extends Verb {
  @Option(names = "--user", required = true, paramLabel = "USER", description = "id or userName.")
  private String user = "";

  @Option(names = "--app", required = true, paramLabel = "APP", description = "The app's name.")
  private String app = "";

  ExplainVerb(Composition composition) {
    super(composition);
  }

  @Override
  int run(AdminOperations bridge) {
    Explanation told = bridge.explain(app, user);
    print(told, () -> people(told));
    return ExitCode.DONE;
  }

  private void people(Explanation told) {
    out()
        .println(
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
    out().println();
    if (told.whyNot().isEmpty()) {
      out().println("everything is as it should be");
    }
    told.whyNot().forEach(why -> out().println("but: " + why));
  }

  private void chain(Chain chain) {
    out().println();
    out().println(chain.what() + ": " + chain.state());
    for (Step step : chain.steps()) {
      out()
          .println(
              "  "
                  + Table.cell(step.at())
                  + "  "
                  + step.step()
                  + (step.by() == null ? "" : " of " + step.by())
                  + (step.request() == null ? "" : " (" + step.request() + ")")
                  + ": "
                  + step.text());
    }
  }
}
