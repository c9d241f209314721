package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.idbridge.admin.DeadLetter;
import dev.idbridge.admin.Json;
import dev.idbridge.cli.Cli;
import dev.idbridge.config.DaemonFiles;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
  @TempDir Path folder;

  record Run(int code, String out, String err) {}

  Run run(MemoryBridge bridge, String... arguments) {
    return plain(bridge, placed(arguments));
  }

  String[] placed(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--conf",
            folder.resolve("conf").toString(),
            "--data",
            folder.resolve("data").toString()));
    return all.toArray(String[]::new);
  }

  Run plain(MemoryBridge bridge, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Cli.over(bridge);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int code = line.execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  @Test
  void theStoreIsNotOpenedForWritingBySomebodyElse() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root gives files away");
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/idbridge.yaml"), "");
    Files.setOwner(
        data, data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

    Run run = run(new MemoryBridge(), "status");

    assertThat(run.code()).isEqualTo(69);
    assertThat(run.err()).contains("no daemon runs on", "belongs to nobody", "sudo -u nobody");
  }

  static void fill(MemoryBridge bridge) {
    bridge
        .ledger
        .effect(1, "crm", "SUCCESS", "ada")
        .effect(2, "crm", "FAILED", "evil\u001b[2Jname");
    Instant at = Instant.parse("2026-02-01T10:00:00.123Z");
    bridge.ledger.letters.add(
        new DeadLetter(
            "12",
            "crm",
            "account",
            "ada",
            "77",
            9,
            at,
            at,
            "409 name taken",
            "6",
            "CREATE account of ada",
            "free the name"));
  }

  /** Every sentence here must hold with a daemon and without one. */
  abstract class EveryVerb {
    abstract MemoryBridge bridge();

    @Test
    void tokenCreatePrintsTheSecretAloneAndTheRestBeside() {
      Run made = run(bridge(), "token", "create", "--name", "okta", "--expires", "P90D");

      assertThat(made.code()).isZero();
      assertThat(made.out()).matches("secret-of-\\d+\n");
      assertThat(made.err()).contains("for directory default made").doesNotContain("secret-of");
    }

    @Test
    void tokensAreListedAndRevokedOnlyWithYes() {
      Run made = run(bridge(), "token", "create", "--directory", "berlin", "--json");
      String id = Json.tree(made.out()).path("token").path("id").asText();

      Run asked = run(bridge(), "token", "revoke", id, "--directory", "berlin");
      assertThat(asked.code()).isEqualTo(2);
      assertThat(asked.err()).contains("would end token " + id).contains("--yes");
      assertThat(run(bridge(), "token", "list", "--directory", "berlin").out())
          .containsPattern("ID +NAME +SCOPE +STATE +CREATED +EXPIRES")
          .containsPattern(id + " +idp +full +live +2");

      Run done = run(bridge(), "token", "revoke", id, "--directory", "berlin", "--yes");
      assertThat(done.code()).isZero();
      assertThat(done.out()).isEmpty();
      assertThat(run(bridge(), "token", "list", "--directory", "berlin", "--json").out())
          .contains("\"state\":\"revoked\"");

      Run again = run(bridge(), "token", "revoke", id, "--directory", "berlin", "--yes");
      assertThat(again.code()).isEqualTo(1);
      assertThat(again.err()).contains("has no live token '" + id + "'");
    }

    @Test
    void aRotationPrintsTheNewSecretAloneAndTheListShowsBoth() {
      String id =
          Json.tree(run(bridge(), "token", "create", "--scope", "read-only", "--json").out())
              .path("token")
              .path("id")
              .asText();
      Run rotated = run(bridge(), "token", "rotate", id, "--overlap", "P7D");
      assertThat(rotated.code()).as(rotated.err()).isZero();
      assertThat(rotated.out()).matches("secret-of-\\d+\n");
      assertThat(rotated.err()).contains("replaces " + id).doesNotContain("secret-of");
      assertThat(run(bridge(), "token", "list").out())
          .containsPattern(id + " +idp +read-only +replaced ");
      Run again = run(bridge(), "token", "rotate", id);
      assertThat(again.code()).isEqualTo(1);
      assertThat(again.err()).contains("token " + id + " was replaced by ");
      Run wrong = run(bridge(), "token", "create", "--scope", "some");
      assertThat(wrong.err()).contains("scope is 'some', must be one of full, read-only");
    }

    @Test
    void aDirectoryIsMadeSwitchedAndDeletedOnlyWithYes() {
      Run made = run(bridge(), "directory", "create", "oslo");
      assertThat(made.out()).contains("/scim/oslo/v2");
      assertThat(made.err()).contains("idbridge token create --directory oslo");
      String id =
          Json.tree(run(bridge(), "token", "create", "--directory", "oslo", "--json").out())
              .path("token")
              .path("id")
              .asText();
      Run asked = run(bridge(), "directory", "mode", "oslo", "manual");
      assertThat(asked.code()).isEqualTo(2);
      assertThat(asked.err()).contains("revoke its tokens " + id + " (idp)").contains("--yes");
      Run left = run(bridge(), "directory", "mode", "oslo", "manual", "--yes");
      assertThat(left.out()).isEmpty();
      assertThat(left.err()).contains("mode MANUAL; 1 token is revoked");
      Run entered = run(bridge(), "directory", "mode", "oslo", "scim", "--yes");
      assertThat(entered.out()).matches("secret-of-\\d+\n");
      assertThat(entered.err()).contains("/scim/oslo/v2").doesNotContain("secret-of");
      Run same = run(bridge(), "directory", "mode", "oslo", "scim", "--yes");
      assertThat(same.err()).contains("is in mode SCIM already");
      assertThat(run(bridge(), "directory", "mode", "oslo", "auto").code()).isEqualTo(2);

      Run would = run(bridge(), "directory", "delete", "oslo");
      assertThat(would.code()).isEqualTo(2);
      assertThat(would.err()).contains("would delete directory oslo with 0 users, 0 groups");
      assertThat(run(bridge(), "directory", "delete", "oslo", "--yes").code()).isZero();
      assertThat(run(bridge(), "directory", "show", "oslo").code()).isEqualTo(1);
    }

    @Test
    void aDirectoryIsShownAndSet() {
      assertThat(run(bridge(), "directory", "list").out())
          .containsPattern("NAME +MODE +BASE PATH +DIALECT +STRICTNESS")
          .containsPattern(
              "berlin +SCIM +/scim/berlin/v2 +rfc \\(nobody recognised yet\\) +lenient");
      Run set = run(bridge(), "directory", "set", "berlin", "dialect=entra", "strictness=strict");
      assertThat(set.code()).isZero();
      assertThat(set.out())
          .containsPattern("dialect +entra \\(pinned\\)")
          .containsPattern("remove-all-members +refuse \\(auto\\)")
          .containsPattern("unknown-attributes +refuse \\(auto\\)");
      String json = run(bridge(), "directory", "show", "berlin", "--json").out();
      assertThat(Json.tree(json).path("dialect").asText()).isEqualTo("entra");
      assertThat(Json.tree(json).path("settings").path("strictness").asText()).isEqualTo("strict");
      assertThat(run(bridge(), "status").out()).contains("berlin: entra (pinned)");
    }

    @Test
    void aWrongSettingOfADirectoryIsToldWithTheRightOnes() {
      Run unknown = run(bridge(), "directory", "set", "default", "colour=red");
      assertThat(unknown.code()).isEqualTo(1);
      assertThat(unknown.err()).contains("'colour' is no setting of a directory; there is dialect");
      Run wrong = run(bridge(), "directory", "set", "default", "strictness=very");
      assertThat(wrong.err()).contains("strictness is 'very', must be one of lenient, strict");
      assertThat(run(bridge(), "directory", "set", "default").code()).isEqualTo(2);
      Run nowhere = run(bridge(), "directory", "set", "paris", "strictness=strict");
      assertThat(nowhere.err()).contains("there is no directory 'paris'; there is default, berlin");
      assertThat(run(bridge(), "directory", "show", "paris").code()).isEqualTo(1);
    }

    @Test
    void whatIsNotThereIsToldWithWhatThereIs() {
      Run run = run(bridge(), "token", "list", "--directory", "paris");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .isEqualTo("idbridge: there is no directory 'paris'; there is default, berlin\n");
    }

    @Test
    void statusShowsTheBridgeAtAGlance() {
      fill(bridge());
      Run run = run(bridge(), "status");

      assertThat(run.code()).isZero();
      assertThat(run.out())
          .containsPattern("store +memory \\(embedded\\)")
          .containsPattern(
              "directories +default: rfc \\(nobody recognised yet\\), berlin: rfc \\(nobody")
          .containsPattern("crm +scim +paused +3 +0 +0 +0 +1 +5 +\\d+ d +an operator paused it");
      String json = run(bridge(), "status", "--json").out();
      assertThat(json.lines()).hasSize(1);
      assertThat(Json.tree(json).path("apps").get(0).path("dead_letters").asInt()).isEqualTo(1);
      assertThat(Json.tree(json).path("apps").get(0).path("lanes").path("due").asInt())
          .isEqualTo(3);
    }

    @Test
    void theSyncLogIsOneObjectPerLineInJson() {
      fill(bridge());
      Run run = run(bridge(), "sync-log", "--json", "--oldest-first", "--app", "crm");

      assertThat(run.out().lines().map(l -> Json.tree(l).path("result").asText()))
          .containsExactly("SUCCESS", "FAILED");
      assertThat(run(bridge(), "sync-log", "--json", "--result", "failed").out().lines())
          .hasSize(1);
      assertThat(run(bridge(), "sync-log", "--json", "--since", "PT1H").out()).isEmpty();
    }

    /** Standard output is buffered: what is not flushed when the process ends is lost. */
    @Test
    void tablesReachStandardOutputBeforeTheProcessEnds() {
      fill(bridge());

      assertThat(buffered(bridge(), "sync-log")).containsPattern("AT +DIR +RESULT +APP");
      assertThat(buffered(bridge(), "status")).containsPattern("APP +CONNECTOR +STATE");
      assertThat(buffered(bridge(), "dead-letters", "list")).containsPattern("ID +APP +KIND");
    }

    String buffered(MemoryBridge bridge, String... arguments) {
      PrintStream standard = System.out;
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
      try {
        Cli.over(bridge).execute(placed(arguments));
        return written.toString(StandardCharsets.UTF_8);
      } finally {
        System.setOut(standard);
      }
    }

    @Test
    void aLongSyncLogSaysHowToGoOn() {
      fill(bridge());
      Run first = run(bridge(), "sync-log", "--limit", "1");
      assertThat(first.err()).isEqualTo("more: --after 2\n");

      Run second = run(bridge(), "sync-log", "--limit", "1", "--after", "2");
      assertThat(second.out()).contains("ada");
      assertThat(second.err()).isEmpty();
    }

    @Test
    void aNameCannotSteerTheTerminal() {
      fill(bridge());
      assertThat(run(bridge(), "sync-log").out()).contains("evil?[2Jname").doesNotContain("\u001b");
    }

    @Test
    void deadLettersAreListedAndShown() {
      fill(bridge());
      assertThat(run(bridge(), "dead-letters", "list").out())
          .containsPattern("12 +crm +account +ada +9 +2026-02-01T10:00:00Z +409 name taken");
      assertThat(run(bridge(), "dead-letters", "show", "12").out())
          .containsPattern("reason +409 name taken");
      assertThat(run(bridge(), "dead-letters", "show", "13").code()).isEqualTo(1);
      assertThat(run(bridge(), "dead-letters", "list", "--app", "nope").err())
          .contains("there is crm");
    }

    @Test
    void actsOnAppsAreDoneAndNotedWithWhoDidThem() {
      assertThat(run(bridge(), "app", "list").out()).containsPattern("APP +CONNECTOR +STATE");
      assertThat(run(bridge(), "app", "show", "crm").out())
          .containsPattern("file says +scim http://b")
          .containsPattern("linked +120 account, 4 team")
          .containsPattern("paused until +somebody resumes it");
      Run test = run(bridge(), "app", "test", "crm");
      assertThat(test.code()).as("it is not up").isEqualTo(1);
      assertThat(test.out())
          .containsPattern("health +auth-failed")
          .containsPattern("can +hold teams");

      assertThat(run(bridge(), "app", "pause", "crm", "--reason", "audit").code()).isZero();
      assertThat(run(bridge(), "app", "resume", "crm").err()).isEqualTo("resume is done\n");
      assertThat(run(bridge(), "app", "keep", "crm", "--json").out())
          .isEqualTo("{\"text\":\"keep is done\"}\n");
      assertThat(run(bridge(), "app", "provision", "--user", "ada", "--app", "crm").out())
          .containsPattern("call +account ada +Create");
      assertThat(bridge().interventions.acts)
          .hasSize(4)
          .allSatisfy(act -> assertThat(act).contains("tests"))
          .first()
          .asString()
          .startsWith("pause crm audit null tests");
      assertThat(run(bridge(), "app", "pause", "nope").err())
          .isEqualTo("idbridge: there is no app 'nope'; there is crm\n");
    }

    @Test
    void whatDropsSomethingNamesItAndWantsYes() {
      fill(bridge());
      for (String verb : List.of("reset", "forget")) {
        Run asked = run(bridge(), "app", verb, "crm");
        assertThat(asked.code()).isEqualTo(2);
        assertThat(asked.err())
            .contains("would " + verb + " app crm", "links: 120 account, 4 team", "307 memberships")
            .contains("1 dead letters", "add --yes");
      }
      Run discard = run(bridge(), "dead-letters", "discard", "12", "--reason", "x");
      assertThat(discard.code()).isEqualTo(2);
      assertThat(discard.err()).contains("would give up dead letter 12 of app crm", "--yes");
      assertThat(bridge().interventions.acts).isEmpty();

      assertThat(run(bridge(), "app", "reset", "crm", "--yes").code()).isZero();
      assertThat(run(bridge(), "dead-letters", "discard", "12", "--reason", "x", "--yes").code())
          .isZero();
      assertThat(run(bridge(), "dead-letters", "replay", "12").code()).isZero();
      assertThat(
              run(bridge(), "dead-letters", "replay", "--all", "--app", "crm", "--rate", "3").err())
          .startsWith("12 dead letters of app crm are tried again");
      assertThat(bridge().interventions.acts).hasSize(4).last().asString().contains("null 3 tests");
      assertThat(run(bridge(), "dead-letters", "replay").code()).isEqualTo(2);
      assertThat(run(bridge(), "dead-letters", "replay", "12", "--all").code()).isEqualTo(2);
      assertThat(run(bridge(), "dead-letters", "discard", "12").code()).isEqualTo(2);
    }

    @Test
    void theSyncLogIsExportedWhole() {
      fill(bridge());
      Run csv = run(bridge(), "sync-log", "--format", "csv", "--limit", "1");
      assertThat(csv.code()).isZero();
      assertThat(csv.out().lines()).hasSize(3);
      assertThat(csv.out()).startsWith("id,at,direction,result,");
      assertThat(run(bridge(), "sync-log", "--format", "json").out().lines().map(Json::tree))
          .hasSize(2);
      assertThat(run(bridge(), "sync-log", "--format", "xml").err()).contains("csv or json");
      assertThat(run(bridge(), "sync-log", "--format", "csv", "--follow").code()).isEqualTo(2);
    }

    @Test
    void wrongUsageIsTwo() {
      assertThat(run(bridge(), "sync-log", "--limit", "x").code()).isEqualTo(2);
      assertThat(run(bridge(), "sync-log", "--since", "yesterday").code()).isEqualTo(2);
      assertThat(run(bridge(), "sync-log", "--nope").code()).isEqualTo(2);
      assertThat(run(bridge(), "token", "create", "--expires", "soon").code()).isEqualTo(2);
      assertThat(run(bridge(), "dead-letters", "show").code()).isEqualTo(2);
      assertThat(run(bridge(), "frobnicate").code()).isEqualTo(2);
    }
  }

  @Nested
  class WithoutADaemon extends EveryVerb {
    final MemoryBridge bridge = new MemoryBridge();

    @BeforeEach
    void configure() throws Exception {
      Files.createDirectories(folder.resolve("conf"));
      Files.writeString(folder.resolve("conf/idbridge.yaml"), "");
    }

    @Override
    MemoryBridge bridge() {
      return bridge;
    }

    @Test
    void statusSaysThatNoDaemonRuns() {
      assertThat(run(bridge, "status").out()).containsPattern("daemon +not running");
    }

    @Test
    void aStoreThatCannotBeOpenedIs69AndSaysWhatWasTried() {
      bridge.broken = true;
      Run run = run(bridge, "status");

      assertThat(run.code()).isEqualTo(69);
      assertThat(run.err())
          .isEqualTo(
              "idbridge: no daemon runs on "
                  + folder.resolve("data")
                  + ", and the store cannot be opened: the database is gone\n");
    }

    @Test
    void aConfigurationThatCannotBeUsedIs78() throws Exception {
      Files.writeString(folder.resolve("conf/idbridge.yaml"), "store: {pool: many}\nserver: 1\n");
      Run run = run(bridge, "status");

      assertThat(run.code()).isEqualTo(78);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .contains(":1:15: store.pool")
          .contains(":2:9: server")
          .contains("2 problems");
      assertThat(run(bridge, "serve").code()).isEqualTo(78);
    }

    @Test
    void checkConfigTellsEveryProblemAndIsOne() throws Exception {
      assertThat(run(bridge, "check-config").code()).isZero();

      Files.writeString(folder.resolve("conf/idbridge.yaml"), "store: {pool: many}\nserver: 1\n");
      Run run = run(bridge, "check-config", "--json");
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out().lines().map(l -> Json.tree(l).path("key").asText()))
          .containsExactly("store.pool", "server");
      assertThat(run.out().lines().map(l -> Json.tree(l).path("line").asInt()))
          .containsExactly(1, 2);
      assertThat(run(bridge, "check-config").out()).contains("idbridge.yaml:1:15: store.pool: is");
    }

    @Test
    void whatADeadDaemonLeftBehindIsRecognised() throws Exception {
      Process gone = new ProcessBuilder("true").start();
      gone.waitFor();
      Files.createDirectories(folder.resolve("data"));
      Files.writeString(
          folder.resolve("data/daemon.json"),
          "{\"pid\":"
              + gone.pid()
              + ",\"started\":\"2026-01-01T00:00:00Z\",\"admin_url\":\"http://127.0.0.1:1\"}");

      assertThat(run(bridge, "status").out()).containsPattern("daemon +not running");
      bridge.broken = true;
      assertThat(run(bridge, "status").err())
          .contains("daemon.json was left by process " + gone.pid() + ", which has ended");
    }

    @Test
    void aLaterProcessWithTheSameNumberIsNotTheDaemon() throws Exception {
      Files.createDirectories(folder.resolve("data"));
      Files.writeString(
          folder.resolve("data/daemon.json"),
          "{\"pid\":"
              + ProcessHandle.current().pid()
              + ",\"started\":\"2001-01-01T00:00:00Z\",\"admin_url\":\"http://127.0.0.1:1\"}");

      assertThat(run(bridge, "status").code()).isZero();
    }

    @Test
    void aLivingDaemonThatDoesNotAnswerIs69AndTheStoreIsLeftAlone() throws Exception {
      DaemonFiles files = new DaemonFiles(folder.resolve("data"));
      try (DaemonFiles.Claim claim = files.claim().orElseThrow()) {
        assertThat(claim.lock().isValid()).isTrue();
        files.newToken();
        files.publish("http://127.0.0.1:1");
        Run run = run(bridge, "status");

        assertThat(run.code()).isEqualTo(69);
        assertThat(run.err()).contains("runs, but http://127.0.0.1:1 does not answer");
      }
    }

    @Test
    void aDamagedDaemonFileIsToldByName() throws Exception {
      Files.createDirectories(folder.resolve("data"));
      Files.writeString(folder.resolve("data/daemon.json"), "{half");
      Run run = run(bridge, "status");

      assertThat(run.code()).isEqualTo(69);
      assertThat(run.err()).contains("daemon.json is damaged; delete it");
    }

    @Test
    void everyVerbHasHelp() {
      for (String verb :
          List.of(
              "",
              "serve",
              "token",
              "token create",
              "token list",
              "token revoke",
              "status",
              "sync-log",
              "dead-letters",
              "dead-letters list",
              "dead-letters show",
              "dead-letters replay",
              "dead-letters discard",
              "app",
              "app list",
              "app show",
              "app test",
              "app pause",
              "app resume",
              "app provision",
              "app keep",
              "app reset",
              "app forget",
              "check-config")) {
        String[] words = (verb + " --help").strip().split(" ");
        Run run = plain(bridge, words);
        assertThat(run.code()).as(verb).isZero();
        assertThat(run.out()).as(verb).contains("Usage: idbridge");
        boolean group = List.of("", "token", "dead-letters", "app").contains(verb);
        assertThat(run.out().contains("--conf")).as(verb).isEqualTo(!group);
        assertThat(run.out().contains("--json"))
            .as(verb)
            .isEqualTo(!group && !verb.equals("serve"));
      }
    }

    @Test
    void aVerbThatNeedsAnotherWordIsWrongUsage() {
      assertThat(plain(bridge).code()).isEqualTo(2);
      assertThat(plain(bridge, "token").code()).isEqualTo(2);
    }

    @Test
    void aPortThatIsNoneIsWrongUsage() {
      assertThat(run(bridge, "serve", "--port", "70000").code()).isEqualTo(2);
      assertThat(run(bridge, "serve", "--port", "http").code()).isEqualTo(2);
    }
  }

  @Nested
  class BesideARunningDaemon extends EveryVerb {
    RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
      daemon = new RunningDaemon(folder);
    }

    @AfterEach
    void stop() {
      daemon.close();
    }

    @Override
    MemoryBridge bridge() {
      return daemon.bridge;
    }

    /** A second composition that must not be asked. */
    @Test
    void theStoreIsNotOpenedASecondTime() {
      MemoryBridge other = new MemoryBridge();
      other.broken = true;

      Run run = run(other, "status");

      assertThat(run.code()).isZero();
      assertThat(run.out()).containsPattern("daemon +process " + ProcessHandle.current().pid());
    }

    @Test
    void aStoreThatWentAwayUnderTheDaemonIs69() {
      daemon.bridge.broken = true;
      Run run = run(new MemoryBridge(), "status");

      assertThat(run.code()).isEqualTo(69);
      assertThat(run.err()).contains("the store cannot be used now");
    }

    @Test
    void aTokenFileThatIsNotTheDaemonsIsTold() throws Exception {
      Files.writeString(folder.resolve("data/admin.token"), "wrong");
      Run run = run(daemon.bridge, "status");

      assertThat(run.code()).isEqualTo(69);
      assertThat(run.err()).contains("refuses us: this is not the running daemon's admin token");
    }
  }
}
