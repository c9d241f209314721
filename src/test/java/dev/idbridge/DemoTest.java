package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.cli.Cli;
import dev.idbridge.demo.Demo;
import dev.idbridge.demo.Verbs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoTest {
  final StringWriter text = new StringWriter();
  final PrintWriter out = new PrintWriter(text, true);

  @Test
  void everyAppIsAsItShouldBeAfterTheDayAndNothingStaysBehind() {
    CommandLine line = Cli.over(new Assembly());
    line.setOut(out).setErr(out);

    int code = line.execute("demo");

    assertThat(code).as("%s", text).isZero();
    assertThat(text.toString())
        .contains("Every app is as it should be.")
        .containsPattern("staff-directory +ldap +\\w+ +\\d+ +\\d+ +[1-9]\\d* +\\d+ +0 +")
        .containsPattern("Platform \\(in ou=old teams\\) +backup-robot, barbara, grace")
        .containsPattern("margaret@example.com +Margaret Heafield \\(inactive\\)")
        .containsPattern("AT +DIR +RESULT +APP")
        .doesNotContain("NOT AS IT SHOULD BE");
    assertThat(folder()).doesNotExist();
  }

  @Test
  void whatCannotGoOnIsToldAndTheFolderStaysToBeLookedAt() throws IOException {
    Verbs none = arguments -> new Verbs.Ran(69, "", "no daemon runs");

    boolean fine = new Demo(out, none, false).run();

    assertThat(fine).isFalse();
    assertThat(text.toString())
        .contains("cannot go on: idbridge token create")
        .contains("ended with 69: no daemon")
        .doesNotContain("\tat ");
    assertThat(folder().resolve("warehouse/log")).exists();
    try (Stream<Path> all = Files.walk(folder())) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  Path folder() {
    Matcher folder = Pattern.compile("\\S*/idbridge-demo-\\d+").matcher(text.toString());
    assertThat(folder.find()).as("the folder is named in %s", text).isTrue();
    return Path.of(folder.group());
  }
}
