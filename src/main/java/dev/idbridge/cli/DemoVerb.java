package dev.idbridge.cli;

import dev.idbridge.demo.Demo;
import dev.idbridge.demo.Verbs;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Plays a day of an Okta and an Entra ID administrator against a throw-away bridge with two"
          + " real apps, through an outage and a kill -9, and reads the apps back.",
      "It has folders and ports of its own: --conf, --data and the ports are not used."
    })
final class DemoVerb implements Callable<Integer> {
  private final Composition composition;
  @Spec CommandSpec spec;
  @Mixin PlaceOptions options;

  @Option(names = "--keep", description = "Keep the folder with stores, settings and logs.")
  boolean keep;

  @SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
  DemoVerb(Composition composition) {
    this.composition = composition;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    return new Demo(out, this::verb, keep).run() ? ExitCode.DONE : ExitCode.PROBLEM;
  }

  private Verbs.Ran verb(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Cli.over(composition);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int code = line.execute(arguments);
    return new Verbs.Ran(code, out.toString(), err.toString());
  }
}
