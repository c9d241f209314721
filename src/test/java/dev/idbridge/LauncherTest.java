package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with stand-ins for Java and Maven that say how they were called. */
class LauncherTest {
  private static final String ECHO = "#!/bin/sh\necho \"$0\"\nfor a; do echo \"$a\"; done\n";

  @TempDir Path folder;
  Path launcher;
  final Map<String, String> variables = new HashMap<>();

  record Run(int code, List<String> out, String err) {}

  @BeforeEach
  void copy() throws IOException {
    launcher = folder.resolve("home/idbridge");
    Files.createDirectories(folder.resolve("home/lib"));
    Files.copy(Path.of("idbridge"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(folder.resolve("home/lib/b.jar"), "");
    Files.writeString(folder.resolve("home/lib/a.jar"), "");
  }

  Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    executable(home.resolve("bin/java"), ECHO);
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  static void executable(Path path, String script) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, script);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Run run(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .keySet()
        .removeIf(n -> n.startsWith("IDBRIDGE_") || n.equals("JAVA_HOME"));
    builder.environment().putAll(variables);
    builder.redirectError(folder.resolve("err").toFile());
    Process process = builder.start();
    List<String> out =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), out, Files.readString(folder.resolve("err")));
  }

  @Test
  void argumentsArriveAsTheyWereWritten() throws Exception {
    variables.put("IDBRIDGE_JAVA_HOME", jdk("jdk", "25.0.1").toString());
    Run run = run("token", "create", "--name", "two words; $HOME *");

    int main = run.out().indexOf("dev.idbridge.Idbridge");
    assertThat(run.out().subList(main + 1, run.out().size()))
        .containsExactly("token", "create", "--name", "two words; $HOME *");
  }

  @Test
  void theClassPathHasAFixedOrderAndPlacesAreTheInstalledOnes() throws Exception {
    variables.put("IDBRIDGE_JAVA_HOME", jdk("jdk", "21.0.2").toString());
    Run run = run("status");

    Path lib = folder.resolve("home/lib").toRealPath();
    assertThat(run.out())
        .contains(lib + "/a.jar:" + lib + "/b.jar")
        .contains("-Didbridge.conf=/etc/idbridge", "-Didbridge.data=/var/lib/idbridge")
        .contains("-Didbridge.home=" + folder.resolve("home").toRealPath())
        .noneMatch(option -> option.startsWith("--sun-misc"));
  }

  @Test
  void ownOptionsOfTheJvmComeAfterTheDefaultsSoThatTheyWin() throws Exception {
    variables.put("IDBRIDGE_JAVA_HOME", jdk("jdk", "25").toString());
    variables.put("IDBRIDGE_JAVA_OPTS", "-Xmx2g -Dx=y");
    List<String> out = run("serve").out();

    assertThat(out.lastIndexOf("-Xmx2g")).isGreaterThan(out.indexOf("-Xmx256m"));
    assertThat(out.indexOf("-Dx=y")).isLessThan(out.indexOf("dev.idbridge.Idbridge"));
  }

  @Test
  void aJavaThatIsTooOldIsRefusedByName() throws Exception {
    Path old = jdk("old", "17.0.15");
    variables.put("IDBRIDGE_JAVA_HOME", old.toString());
    Run run = run("status");

    assertThat(run.code()).isEqualTo(69);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(old + " holds no Java 21 or later (found: 17)");
  }

  @Test
  void aFolderThatHoldsNoJavaIsRefusedByName() throws Exception {
    variables.put("IDBRIDGE_JAVA_HOME", folder.toString());
    assertThat(run("status").err()).contains("(found: none)");
  }

  @Test
  void javaHomeIsTakenWhenItFits() throws Exception {
    Path good = jdk("good", "21.0.5");
    variables.put("JAVA_HOME", good.toString());
    assertThat(run("status").out().getFirst()).isEqualTo(good + "/bin/java");
  }

  @Test
  void aJavaHomeThatIsTooOldGivesWayToANewerJava() throws Exception {
    variables.put("JAVA_HOME", jdk("old", "17.0.15").toString());
    Path newer = jdk("newer", "99");
    variables.put("PATH", newer.resolve("bin") + ":" + System.getenv("PATH"));

    assertThat(run("status").out().getFirst()).isEqualTo(newer.toRealPath() + "/bin/java");
  }

  @Test
  void aCheckoutIsBuiltOnFirstUseAndAgainWhenASourceIsNewer() throws Exception {
    Path home = folder.resolve("home");
    Files.writeString(home.resolve("pom.xml"), "");
    Path source = home.resolve("src/main/java/A.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "");
    executable(
        folder.resolve("tools/mvn"),
        "#!/bin/sh\necho \"mvn $*\" >&2\nmkdir -p target/lib\ntouch target/idbridge.jar\n");
    variables.put("PATH", folder.resolve("tools") + ":" + System.getenv("PATH"));
    variables.put("IDBRIDGE_JAVA_HOME", jdk("jdk", "25").toString());

    Run first = run("status");
    assertThat(first.err()).contains("idbridge: building").containsPattern("mvn .*-Drun .*package");
    assertThat(first.out()).contains("-Didbridge.conf=conf", "-Didbridge.data=data");
    assertThat(run("status").err()).as("nothing is newer").isEmpty();

    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(run("status").err()).as("a source is newer").contains("idbridge: building");
  }

  @Test
  void anArchiveOfClassesThatHaveChangedGivesWayToANewOne() throws Exception {
    variables.put("IDBRIDGE_JAVA_HOME", jdk("jdk", "25").toString());
    Path home = folder.resolve("home");
    Path target = Files.createDirectories(home.resolve("target/lib")).getParent();
    Path jar = Files.writeString(target.resolve("idbridge.jar"), "");
    Files.setLastModifiedTime(
        Files.writeString(home.resolve("pom.xml"), ""), FileTime.fromMillis(0));
    Files.createDirectories(home.resolve("src/main"));
    Path archive = Files.writeString(target.resolve("daemon-25.jsa"), "");
    Files.setLastModifiedTime(archive, FileTime.from(Instant.now().plusSeconds(5)));
    Files.writeString(target.resolve("idbridge.built"), "");

    assertThat(run("serve").out()).contains("-XX:SharedArchiveFile=" + archive.toRealPath());
    assertThat(archive).as("newer than the classes").exists();

    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(10)));
    run("serve");
    assertThat(archive).as("older than the classes").doesNotExist();
  }

  @Test
  void anArchiveThatAnotherUserMayHaveWrittenIsNotRun() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root gives files away");
    variables.put("IDBRIDGE_JAVA_HOME", jdk("jdk", "25").toString());
    Path home = folder.resolve("home");
    Path target = Files.createDirectories(home.resolve("target/lib")).getParent();
    Files.writeString(target.resolve("idbridge.jar"), "");
    Files.setLastModifiedTime(
        Files.writeString(home.resolve("pom.xml"), ""), FileTime.fromMillis(0));
    Files.createDirectories(home.resolve("src/main"));
    Path archive = Files.writeString(target.resolve("verbs-25.jsa"), "");
    Files.writeString(target.resolve("idbridge.built"), "");
    Files.setLastModifiedTime(archive, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(run("status").out()).anyMatch(o -> o.contains("-XX:SharedArchiveFile"));

    Files.setOwner(
        archive,
        archive.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

    assertThat(run("status").out()).noneMatch(o -> o.contains("-XX:SharedArchiveFile"));
  }

  @Test
  void aBuildThatFailsIs69AndNothingOldIsRun() throws Exception {
    Files.writeString(folder.resolve("home/pom.xml"), "");
    executable(folder.resolve("tools/mvn"), "#!/bin/sh\necho 'no such symbol' >&2\nexit 1\n");
    variables.put("PATH", folder.resolve("tools") + ":" + System.getenv("PATH"));
    variables.put("IDBRIDGE_JAVA_HOME", jdk("jdk", "25").toString());
    Run run = run("status");

    assertThat(run.code()).isEqualTo(69);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no such symbol").contains("the build failed");
  }

  @Test
  void anInstallationThatIsNotWholeIsTold() throws Exception {
    try (var jars = Files.list(folder.resolve("home/lib"))) {
      for (Path jar : jars.toList()) {
        Files.delete(jar);
      }
    }
    Files.delete(folder.resolve("home/lib"));
    variables.put("IDBRIDGE_HOME", folder.resolve("nowhere").toString());
    Run run = run("status");

    assertThat(run.code()).isEqualTo(69);
    assertThat(run.err()).contains("nowhere/lib is missing");
  }
}
