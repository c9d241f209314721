package dev.idbridge.demo;

import dev.idbridge.config.ScratchFolder;
import dev.idbridge.connector.http.CamelAppHttp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * A daemon on a throw-away store with two apps, an LDAP server and a second bridge, and a day of
 * two administrators played against it over HTTP. Everything listens on 127.0.0.1.
 */
public final class Demo {
  /** Shorter than in production: nobody waits long for an app that is back, or a dead process. */
  private static final String SETTINGS =
      "delivery: {lease: PT5S, retry: {first: PT1S, max: PT2S}}\n";

  private static final int LOG_LINES = 14;
  private final PrintWriter out;
  private final Verbs verbs;
  private final boolean keep;
  private final Progress progress;

  /**
   * @param verbs the command line, to be used as an operator would
   * @param keep whether the folder stays
   */
  public Demo(PrintWriter out, Verbs verbs, boolean keep) {
    this.out = out;
    this.verbs = verbs;
    this.keep = keep;
    this.progress = new Progress(out);
  }

  /** Plays it, to the end or until it cannot go on. True when every app is as it should be. */
  public boolean run() {
    try {
      ScratchFolder folder = ScratchFolder.make("idbridge-demo-");
      try (Stage stage = new Stage(folder)) {
        return play(stage);
      }
    } catch (IOException | UncheckedIOException e) {
      out.println("The demo's folder cannot be used: " + e.getMessage());
      out.flush();
      return false;
    }
  }

  private boolean play(Stage stage) throws IOException {
    boolean fine = false;
    try {
      fine = day(stage);
    } catch (DemoFailed e) {
      progress.say("The demo cannot go on: " + e.getMessage());
    }
    if (fine && !keep) {
      out.println("Everything above ran in " + stage.folder.path() + ", which is thrown away now.");
      out.println("To keep it and look around: " + command() + " demo --keep");
    } else {
      kept(stage, fine);
    }
    out.println(
        "To begin for yourself:  " + command() + " serve  and see README.md for the first app.");
    out.flush();
    return fine;
  }

  private boolean day(Stage stage) throws DemoFailed, IOException {
    progress.chapter("The stage");
    LdapDirectory ldap = stage.ldap;
    ldap.server.keepReferences("member");
    ldap.server.start();
    progress.say(
        "An LDAP server listens on 127.0.0.1:"
            + ldap.server.port()
            + ": app "
            + Day.LDAP_APP
            + ".");
    Bridge other = stage.bridge("warehouse", "", verbs);
    other.start();
    progress.say(
        "A second bridge with a store of its own serves SCIM at "
            + other.intake()
            + " (process "
            + other.pid()
            + "): app "
            + Day.SCIM_APP
            + ".");
    String secret = other.token("bridge");
    stage.folder.write("bridge/warehouse-token", secret + "\n");

    Bridge bridge = stage.bridge("bridge", SETTINGS, verbs);
    bridge.app(Day.LDAP_APP, ldap.app());
    bridge.app(
        Day.SCIM_APP,
        ScimApp.app(
            other.intake(), stage.folder.path().resolve("bridge/warehouse-token").toString()));
    bridge.app("audit", "connector: log\n");
    bridge.start();
    progress.say(
        "The bridge itself serves at "
            + bridge.intake()
            + " (process "
            + bridge.pid()
            + "), with both apps and a third, audit, that only logs. Okta and Entra ID get a token"
            + " each.");
    Apps apps =
        new Apps(
            progress,
            ldap,
            new ScimApp(new ScimCaller(stage.http, other.intake(), secret, "demo")));
    new Day(
            progress,
            new OktaAdmin(stage.acts(bridge, "okta")),
            new EntraAdmin(stage.acts(bridge, "entra")),
            bridge,
            apps)
        .play();

    progress.chapter("What the apps hold now, read back from them");
    progress.show(apps.readBack());
    progress.chapter("The end of the sync log (idbridge sync-log), newest first");
    progress.show(bridge.verb("sync-log", "--limit", Integer.toString(LOG_LINES)).out());
    progress.chapter("The bridge at the end (idbridge status)");
    progress.show(bridge.verb("status").out());
    progress.chapter("How it ended");
    if (apps.problems().isEmpty()) {
      progress.say("Every app is as it should be.");
    } else {
      progress.say("Not every app is as it should be:");
      apps.problems().stream().distinct().forEach(progress::show);
    }
    return apps.problems().isEmpty();
  }

  private void kept(Stage stage, boolean fine) throws IOException {
    stage.remains = true;
    out.println(
        "Everything stays in " + stage.folder.path() + (fine ? "." : ", so that you can look."));
    for (Bridge bridge : stage.bridges) {
      out.println("  log       " + bridge.log());
    }
    if (stage.ldap.server.port() != 0) {
      String ldif = stage.folder.path().resolve("ldap.ldif").toString();
      stage.ldap.server.export(ldif);
      out.println("  the LDAP server's entries, which ended with the demo:  " + ldif);
    }
    if (!stage.bridges.isEmpty()) {
      out.println("To carry on, start the daemons again, each in a terminal of its own:");
      for (Bridge bridge : stage.bridges) {
        out.println("  " + command() + " serve " + String.join(" ", bridge.places()));
      }
      List<String> places = stage.bridges.getLast().places();
      out.println("and look around:");
      out.println("  " + command() + " sync-log " + String.join(" ", places));
      out.println("  " + command() + " token create --name me " + String.join(" ", places));
    }
  }

  private static String command() {
    return System.getProperty("idbridge.command", "idbridge");
  }

  /** All that has to be ended, also when the demo is interrupted. */
  private final class Stage implements AutoCloseable {
    final ScratchFolder folder;
    final LdapDirectory ldap = new LdapDirectory();
    final List<Bridge> bridges = new java.util.concurrent.CopyOnWriteArrayList<>();
    final CamelContext camel = new DefaultCamelContext();
    final CamelAppHttp http = new CamelAppHttp(camel, "demo", Map.of(), new SimpleMeterRegistry());
    private final Thread hook = new Thread(this::end, "end of the demo");
    private boolean remains;

    Stage(ScratchFolder folder) {
      this.folder = folder;
      Runtime.getRuntime().addShutdownHook(hook);
      camel.start();
    }

    Bridge bridge(String name, String settings, Verbs verbs) throws IOException {
      Bridge bridge = new Bridge(folder, name, settings, verbs);
      bridges.add(bridge);
      return bridge;
    }

    Acts acts(Bridge bridge, String client) throws DemoFailed {
      String base = bridge.intake();
      return new Acts(new HttpWire(http, base), base, bridge.token(client), client);
    }

    private synchronized void end() {
      bridges.forEach(Bridge::kill);
      ldap.server.close();
      if (!remains) {
        try {
          folder.delete();
        } catch (IOException e) {
          out.println(folder.path() + " could not be deleted: " + e.getMessage());
        }
      }
    }

    @Override
    public void close() {
      http.close();
      camel.stop();
      end();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // somebody interrupted the demo: the hook is at work
      }
    }
  }
}
