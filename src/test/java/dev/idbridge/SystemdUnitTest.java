package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdUnitTest {
  private static final Path UNIT = Path.of("systemd/idbridge.service");

  /** systemd's own scale from 0 (safe) to 10, times ten. */
  private static final int THRESHOLD = 20;

  @TempDir Path folder;

  record Run(int code, String output) {}

  Run analyze(String... arguments) throws Exception {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(dir -> Files.isExecutable(Path.of(dir, "systemd-analyze")));
    assumeTrue(there, "systemd-analyze is not on this machine: the unit is not analysed");
    List<String> command = new java.util.ArrayList<>(List.of("systemd-analyze"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), output);
  }

  /** The unit as it would be on an installed system, with a program that is there. */
  Path installed() throws IOException {
    String unit =
        Files.readString(UNIT)
            .replace("/usr/bin/idbridge serve", "/bin/true serve")
            .replaceAll("(?m)^(User|Group)=idbridge$", "$1=root")
            .replaceAll("(?m)^Documentation=.*$", "");
    return Files.writeString(folder.resolve("idbridge.service"), unit);
  }

  @Test
  void systemdUnderstandsEveryLine() throws Exception {
    Run run = analyze("verify", "--man=no", "--recursive-errors=no", installed().toString());

    assertThat(run.output().lines().filter(line -> line.contains("idbridge.service"))).isEmpty();
    assertThat(run.code()).as(run.output()).isZero();
  }

  @Test
  void aLineThatSystemdDoesNotKnowWouldBeSeen() throws Exception {
    Path unit = installed();
    Files.writeString(unit, Files.readString(unit).replace("WatchdogSec=", "WatchdogTime="));

    assertThat(analyze("verify", "--man=no", "--recursive-errors=no", unit.toString()).output())
        .contains("WatchdogTime");
  }

  @Test
  void theUnitStaysHardened() throws Exception {
    Run run =
        analyze("security", "--offline=true", "--threshold=" + THRESHOLD, installed().toString());

    assertThat(run.code()).as(run.output()).isZero();
  }

  private static long seconds(List<String> lines, String setting) {
    return lines.stream()
        .filter(line -> line.startsWith(setting + "="))
        .mapToLong(line -> Long.parseLong(line.substring(setting.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theUnitGivesTheDaemonTheTimeItTakes() throws Exception {
    List<String> lines = Files.readAllLines(UNIT);

    assertThat(seconds(lines, "TimeoutStopSec"))
        .as("an end in order is not killed")
        .isGreaterThanOrEqualTo(Daemon.ENDING.toSeconds() + 10);
    assertThat(seconds(lines, "TimeoutStartSec"))
        .as("a start that waits for the database is not killed")
        .isGreaterThan(150);
  }

  @Test
  void whatAPortBelow1024TakesStandsInTheUnitAsComments() throws Exception {
    List<String> lines = Files.readAllLines(UNIT);

    for (String needed :
        List.of(
            "AmbientCapabilities=CAP_NET_BIND_SERVICE",
            "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
            "PrivateUsers=no")) {
      assertThat(lines).contains("#" + needed);
      assertThat(Files.readString(Path.of("README.md"))).contains(needed);
    }
  }

  @Test
  void theUnitKeepsWhatTheDaemonPromises() throws Exception {
    List<String> lines = Files.readAllLines(UNIT);

    assertThat(lines)
        .contains(
            "Type=notify",
            "NotifyAccess=main",
            "SuccessExitStatus=143",
            "RestartPreventExitStatus=78",
            "Restart=on-failure",
            "StateDirectory=idbridge")
        .anyMatch(line -> line.startsWith("WatchdogSec="))
        .anyMatch(line -> line.startsWith("RestrictAddressFamilies=") && line.contains("AF_UNIX"))
        .noneMatch(line -> line.startsWith("MemoryDenyWriteExecute"));
  }
}
