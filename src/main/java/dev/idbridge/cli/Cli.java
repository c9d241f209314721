package dev.idbridge.cli;

import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.DaemonNeeded;
import dev.idbridge.config.ConfigException;
import dev.idbridge.config.Problem;
import dev.idbridge.model.StoreUnavailable;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/** The command line: every verb, and what becomes of their failures. */
public final class Cli {
  private Cli() {}

  @Command(
      name = "idbridge",
      description = "A daemon between identity providers and applications.",
      synopsisSubcommandLabel = "VERB",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  static final class Root {}

  /** A command line over this composition root. */
  public static CommandLine over(Composition composition) {
    CommandLine token =
        new CommandLine(new TokenVerbs())
            .addSubcommand(new TokenVerbs.Create(composition))
            .addSubcommand(new TokenVerbs.Show(composition))
            .addSubcommand(new TokenVerbs.Rotate(composition))
            .addSubcommand(new TokenVerbs.Revoke(composition));
    CommandLine deadLetters =
        new CommandLine(new DeadLetterVerbs())
            .addSubcommand(new DeadLetterVerbs.Show(composition))
            .addSubcommand(new DeadLetterVerbs.Read(composition))
            .addSubcommand(new DeadLetterVerbs.Replay(composition))
            .addSubcommand(new DeadLetterVerbs.Discard(composition));
    CommandLine directory =
        new CommandLine(new DirectoryVerbs())
            .addSubcommand(new DirectoryVerbs.Show(composition))
            .addSubcommand(new DirectoryVerbs.Read(composition))
            .addSubcommand(new DirectoryVerbs.Create(composition))
            .addSubcommand(new DirectoryVerbs.Change(composition))
            .addSubcommand(new DirectoryVerbs.Switch(composition))
            .addSubcommand(new DirectoryVerbs.Delete(composition));
    CommandLine grant =
        new CommandLine(new GrantVerbs())
            .addSubcommand(new GrantVerbs.Show(composition))
            .addSubcommand(new GrantVerbs.Add(composition))
            .addSubcommand(new GrantVerbs.Remove(composition))
            .addSubcommand(new GrantVerbs.Restore(composition));
    CommandLine app =
        new CommandLine(new AppVerbs())
            .addSubcommand(new AppVerbs.Show(composition))
            .addSubcommand(new AppVerbs.Read(composition))
            .addSubcommand(new AppVerbs.Test(composition))
            .addSubcommand(new AppVerbs.Pause(composition))
            .addSubcommand(new AppVerbs.Resume(composition))
            .addSubcommand(new AppVerbs.Provision(composition))
            .addSubcommand(new AppVerbs.Preview(composition))
            .addSubcommand(new AppVerbs.Keep(composition))
            .addSubcommand(new AppVerbs.Reset(composition))
            .addSubcommand(new AppVerbs.Forget(composition));
    CommandLine mapping =
        new CommandLine(new MappingVerbs())
            .addSubcommand(new MappingVerbs.Show(composition))
            .addSubcommand(new MappingVerbs.Preview(composition))
            .addSubcommand(new MappingVerbs.Edit(composition))
            .addSubcommand(new MappingVerbs.Export(composition));
    CommandLine user =
        new CommandLine(new UserVerbs())
            .addSubcommand(new UserReadVerbs.Show(composition))
            .addSubcommand(new UserReadVerbs.Read(composition))
            .addSubcommand(new UserReadVerbs.Trace(composition))
            .addSubcommand(new UserVerbs.Create(composition))
            .addSubcommand(new UserVerbs.Change(composition))
            .addSubcommand(new UserVerbs.Deactivate(composition))
            .addSubcommand(new UserVerbs.Reactivate(composition))
            .addSubcommand(new UserVerbs.Delete(composition));
    CommandLine group =
        new CommandLine(new GroupVerbs())
            .addSubcommand(new GroupTreeVerbs.Show(composition))
            .addSubcommand(new GroupTreeVerbs.Read(composition))
            .addSubcommand(new GroupTreeVerbs.Members(composition))
            .addSubcommand(new GroupTreeVerbs.Tree(composition))
            .addSubcommand(new GroupTreeVerbs.Detach(composition))
            .addSubcommand(new GroupTreeVerbs.Attach(composition))
            .addSubcommand(new GroupVerbs.Create(composition))
            .addSubcommand(new GroupVerbs.Rename(composition))
            .addSubcommand(new GroupVerbs.Delete(composition))
            .addSubcommand(new GroupVerbs.AddMember(composition))
            .addSubcommand(new GroupVerbs.RemoveMember(composition));
    return new CommandLine(new Root())
        .addSubcommand(new ServeVerb(composition))
        .addSubcommand(new DemoVerb(composition))
        .addSubcommand(token)
        .addSubcommand(directory)
        .addSubcommand(user)
        .addSubcommand(group)
        .addSubcommand(new StatusVerb(composition))
        .addSubcommand(new SyncLogVerb(composition))
        .addSubcommand(new ExplainVerb(composition))
        .addSubcommand(deadLetters)
        .addSubcommand(grant)
        .addSubcommand(app)
        .addSubcommand(mapping)
        .addSubcommand(
            new CommandLine(new ImportVerb(composition))
                .addSubcommand(new ImportVerb.Show(composition))
                .addSubcommand(new ImportVerb.Undecided(composition))
                .addSubcommand(new ImportVerb.Decide(composition)))
        .addSubcommand(new CheckConfigVerb())
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setUsageHelpAutoWidth(true)
        .setExecutionExceptionHandler((e, line, parsed) -> failed(e, line));
  }

  private static int failed(Exception e, CommandLine line) {
    PrintWriter err = line.getErr();
    switch (e) {
      case ConfigException config -> {
        problems(config.problems(), err);
        return ExitCode.CONFIG;
      }
      case Unreachable unreachable -> err.println("idbridge: " + unreachable.getMessage());
      case DaemonNeeded needed -> err.println("idbridge: " + needed.getMessage());
      case AdminCalls.DaemonSilent silent ->
          err.println("idbridge: the daemon stopped answering: " + silent.getMessage());
      case StoreUnavailable store -> err.println("idbridge: " + store.getMessage());
      case AdminRefused refused -> {
        err.println("idbridge: " + refused.detail());
        return ExitCode.PROBLEM;
      }
      default -> {
        err.println(
            "idbridge: this is a bug: " + e + "; set IDBRIDGE_DEBUG=1 to see where it happened");
        if (System.getenv("IDBRIDGE_DEBUG") != null) {
          e.printStackTrace(err);
        }
        return ExitCode.PROBLEM;
      }
    }
    return ExitCode.UNREACHABLE;
  }

  /** Tells every problem, and how many there are. */
  static void problems(List<Problem> problems, PrintWriter to) {
    problems.forEach(to::println);
    to.println(
        problems.size() == 1
            ? "1 problem; nothing was started"
            : problems.size() + " problems; nothing was started");
    to.flush();
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"idbridge " + number()};
    }

    static String number() {
      String version = Cli.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }
  }
}
