package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say of the tree is so. */
class DocumentsTest {
  private static final Pattern TEST_METHOD = Pattern.compile("`(?:\\w+\\.)?([a-z][a-zA-Z]{19,})`");
  private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+(?:Test|Contract))\\b");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

  static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
      StringBuilder all = new StringBuilder();
      for (Path file : java) {
        all.append(Files.readString(file));
      }
      return all.toString();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "src/docs/promises.md",
        "src/docs/state-machine.md",
        "src/docs/traps.md"
      })
  void everyTestThatADocumentNamesIsThere(String document) throws IOException {
    String text = Files.readString(Path.of(document));
    String sources = sources();
    List<String> methods =
        TEST_METHOD.matcher(text).results().map(found -> found.group(1)).distinct().toList();

    assertThat(methods).isNotEmpty();
    assertThat(methods).allSatisfy(name -> assertThat(sources).contains("void " + name + "("));
    assertThat(TEST_CLASS.matcher(text).results().map(found -> found.group(1)).distinct())
        .allSatisfy(name -> assertThat(sources).contains("class " + name + " "));
  }

  @Test
  void everyLinkOfTheReadmeLeadsSomewhere() throws IOException {
    List<String> links =
        LINK.matcher(Files.readString(Path.of("README.md")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toList());

    assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(Path.of(link)).exists());
  }

  @Test
  void whatToBeWokenForIsInTheRulesAndTheOtherWayRound() throws IOException {
    assertThat(alerts("conf/examples/prometheus-rules.yaml", "expr:[^a-z]*.*|^ +[a-z/ ]+\\(.*"))
        .isNotEmpty()
        .isEqualTo(alerts("src/docs/monitoring.md", "^\\| `.*"));
  }

  /** Metrics in the lines of a file that match. */
  private static Set<String> alerts(String file, String lines) throws IOException {
    Pattern wanted = Pattern.compile(lines);
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> wanted.matcher(line).find())
        .flatMap(line -> Pattern.compile("idbridge_[a-z_]+").matcher(line).results())
        .map(found -> found.group().replaceFirst("_count$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "src/docs/operating.md",
        "src/docs/monitoring.md",
        "src/docs/state-machine.md"
      })
  void everyRowOfATableHasTheCellsOfItsHead(String document) throws IOException {
    int cells = 0;
    for (String line : Files.readAllLines(Path.of(document))) {
      if (!line.startsWith("|")) {
        cells = 0;
        continue;
      }
      int bars = line.replace("\\|", "").replaceAll("[^|]", "").length();
      cells = cells == 0 ? bars : cells;
      assertThat(bars).as(line).isEqualTo(cells);
    }
  }

  @Test
  void everyMetricThatTheReadmeNamesIsInTheSources() throws IOException {
    StringBuilder main = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        main.append(Files.readString(file));
      }
    }
    List<String> metrics =
        Pattern.compile("`(idbridge_[a-z_]+)`")
            .matcher(
                Files.readString(Path.of("README.md"))
                    + Files.readString(Path.of("src/docs/monitoring.md")))
            .results()
            .map(found -> found.group(1).replaceFirst("(_requests)_seconds$", "$1"))
            .toList();

    assertThat(metrics).hasSizeGreaterThan(10);
    assertThat(metrics).allSatisfy(name -> assertThat(main).contains("\"" + name + "\""));
  }
}
