package dev.idbridge.config;

import dev.idbridge.expression.BadExpression;
import dev.idbridge.expression.BadExpression.Fault;
import dev.idbridge.expression.Expression;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.expression.Expressions;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One mapping of a file, read key by key. Each read notes its problem and answers the default, so
 * that reading goes on; {@link #end} notes the keys nobody asked for. One thread.
 */
final class Section {
  private final String file;
  private final String path;
  private final Environment environment;
  private final Problems problems;
  private final @Nullable Mark start;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final List<String> known = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();

  Section(
      String file,
      String path,
      @Nullable MappingNode node,
      Environment environment,
      Problems problems) {
    this.file = file;
    this.path = path;
    this.environment = environment;
    this.problems = problems;
    this.start = node == null ? null : node.getStartMark().orElse(null);
    if (node != null) {
      for (NodeTuple tuple : node.getValue()) {
        String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
        if (keys.putIfAbsent(key, tuple.getKeyNode()) != null) {
          problem(tuple.getKeyNode(), key, "stands twice; keep one of them");
        } else {
          values.put(key, tuple.getValueNode());
        }
      }
    }
  }

  String dotted(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Notes a problem of a key: at its value, or at the section when the key is not written. */
  void problem(String key, String message) {
    String variable = environment.variable(dotted(key));
    if (environment.value(dotted(key)) != null) {
      problems.add(Problems.ENVIRONMENT, (Mark) null, variable, message);
      return;
    }
    Node node = values.get(key);
    Mark mark = node == null ? start : node.getStartMark().orElse(start);
    problems.add(file, mark, dotted(key), message);
  }

  private void problem(Node node, String key, String message) {
    problems.add(file, node.getStartMark(), dotted(key), message);
  }

  /** The scalar under a key, or from its variable; null when it is not set. */
  @Nullable String text(String key) {
    known.add(key);
    String overriding = environment.value(dotted(key));
    if (overriding != null) {
      return overriding.isEmpty() ? null : overriding;
    }
    Node node = values.get(key);
    if (node == null || YamlFile.unset(node)) {
      return null;
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    problem(node, key, "must be one value, not a " + shape(node));
    return null;
  }

  String text(String key, String otherwise) {
    String text = text(key);
    return text == null ? otherwise : text;
  }

  /** A text, a truth value, a whole number or a list of texts, as it is written; null for none. */
  @Nullable Object value(String key) {
    Node node = values.get(key);
    if (node instanceof SequenceNode) {
      return list(key);
    }
    String text = text(key);
    boolean plain =
        node instanceof ScalarNode scalar && scalar.getScalarStyle() == ScalarStyle.PLAIN;
    if (text == null || !plain) {
      return text;
    }
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    return text.matches("-?(0|[1-9]\\d{0,17})") ? (Object) Long.valueOf(text) : text;
  }

  /** An expression; one that gives nothing, with its problems noted at their places, if bad. */
  @Nullable Expression expression(String key, Expressions language, Sees sees, Gives gives) {
    String text = text(key);
    try {
      return language.compile(text == null ? "" : text, sees, gives);
    } catch (BadExpression bad) {
      bad.faults().forEach(fault -> within(key, fault));
      return null;
    }
  }

  /** Where in the file a place of a text is, as far as the way it is written tells. */
  private void within(String key, Fault fault) {
    Node node = values.get(key);
    Mark mark = node == null ? null : node.getStartMark().orElse(null);
    if (!(node instanceof ScalarNode scalar) || mark == null) {
      problem(key, fault.message());
      return;
    }
    int line = mark.getLine() + 1;
    int column = mark.getColumn() + 1;
    switch (scalar.getScalarStyle()) {
      case LITERAL -> {
        Node keyNode = keys.get(key);
        Mark start = keyNode == null ? mark : keyNode.getStartMark().orElse(mark);
        line += fault.line();
        column = start.getColumn() + 2 + fault.column();
      }
      case FOLDED -> line++;
      case PLAIN -> column += fault.line() == 1 ? fault.column() - 1 : 0;
      default -> column += fault.line() == 1 ? fault.column() : 0;
    }
    problems.add(file, line, column, dotted(key), fault.message());
  }

  int integer(String key, int otherwise, int least, int most) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, with the bounds
    }
    problem(key, "is '" + text + "', must be a whole number from " + least + " to " + most);
    return otherwise;
  }

  Duration duration(String key, Duration otherwise, Duration least, Duration most) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    try {
      Duration value = Duration.parse(text.strip());
      if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
        return value;
      }
      problem(key, "is '" + text + "', must be from " + days(least) + " to " + days(most));
    } catch (DateTimeParseException e) {
      problem(
          key,
          "is '"
              + text
              + "', must be an ISO-8601 duration such as PT30S, PT6H or P28D"
              + " (no years or months)");
    }
    return otherwise;
  }

  /** Java prints 28 days as PT672H; people write P28D. */
  static String days(Duration duration) {
    return duration.toSeconds() % 86_400 == 0 && !duration.isZero()
        ? "P" + duration.toDays() + "D"
        : duration.toString();
  }

  /** One of an enum's constants, written in lower case with dashes. */
  <E extends Enum<E>> E choice(String key, E otherwise, Class<E> type) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    E[] all = type.getEnumConstants();
    for (E one : all) {
      if (word(one).equals(text)) {
        return one;
      }
    }
    List<String> words = Arrays.stream(all).map(Section::word).toList();
    problem(key, "is '" + text + "', must be " + oneOf(words));
    return otherwise;
  }

  /** A list of scalars; a single scalar counts as a list of one, a variable is split at commas. */
  List<String> list(String key) {
    known.add(key);
    String overriding = environment.value(dotted(key));
    if (overriding != null) {
      return Arrays.stream(overriding.split(",", -1))
          .map(String::strip)
          .filter(Predicate.not(String::isEmpty))
          .toList();
    }
    Node node = values.get(key);
    if (node == null || YamlFile.unset(node)) {
      return List.of();
    }
    if (node instanceof ScalarNode scalar) {
      return List.of(scalar.getValue());
    }
    List<String> list = new ArrayList<>();
    if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        if (item instanceof ScalarNode scalar && !YamlFile.unset(item)) {
          list.add(scalar.getValue());
        } else {
          problem(item, key, "must be a list of plain values");
        }
      }
    } else {
      problem(node, key, "must be a list such as [one, two], not a mapping");
    }
    return list;
  }

  /** The mapping under a key; an empty one when it is not set. */
  Section section(String key) {
    known.add(key);
    Node node = values.get(key);
    if (node != null && !(node instanceof MappingNode) && !YamlFile.unset(node)) {
      problem(node, key, "must be a mapping of 'key: value' lines, not a " + shape(node));
    }
    MappingNode mapping = node instanceof MappingNode m ? m : null;
    Section section = new Section(file, dotted(key), mapping, environment, problems);
    sections.add(section);
    return section;
  }

  /** The mappings of a list under a key, each a section; none when it is not set. */
  List<Section> sections(String key) {
    known.add(key);
    Node node = values.get(key);
    List<Section> all = new ArrayList<>();
    if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        if (item instanceof MappingNode mapping) {
          String place = dotted(key) + "[" + all.size() + "]";
          Section section = new Section(file, place, mapping, Environment.NONE, problems);
          all.add(section);
          sections.add(section);
        } else {
          problem(item, key, "must be a list of mappings of 'key: value' lines");
        }
      }
    } else if (node != null && !YamlFile.unset(node)) {
      problem(node, key, "must be a list of mappings, not a " + shape(node));
    }
    return all;
  }

  /** True or false. */
  boolean flag(String key, boolean otherwise) {
    String text = text(key);
    if (text == null) {
      return otherwise;
    }
    if (!text.equals("true") && !text.equals("false")) {
      problem(key, "is '" + text + "', must be true or false");
    }
    return text.equals("true");
  }

  /** One of these words. */
  String word(String key, String otherwise, List<String> words) {
    String text = text(key, otherwise);
    if (!words.contains(text)) {
      problem(key, "is '" + text + "', must be " + oneOf(words));
      return otherwise;
    }
    return text;
  }

  boolean isMapping(String key) {
    return values.get(key) instanceof MappingNode;
  }

  boolean isSequence(String key) {
    return values.get(key) instanceof SequenceNode;
  }

  /** Whether the key says anything: not left out, not null, not an empty list or mapping. */
  boolean says(String key) {
    Node node = values.get(key);
    return switch (node) {
      case null -> environment.value(dotted(key)) != null;
      case MappingNode m -> m.getValue().stream().anyMatch(t -> !YamlFile.unset(t.getValueNode()));
      case SequenceNode s -> !s.getValue().isEmpty();
      default -> !YamlFile.unset(node);
    };
  }

  List<String> written() {
    return List.copyOf(values.keySet());
  }

  /** Marks a key as known without reading it. */
  void accept(String key) {
    known.add(key);
  }

  /** Notes every key that was never asked for, here and below. */
  void end() {
    keys.forEach(
        (key, node) -> {
          if (!known.contains(key)) {
            problem(node, key, "is not a known setting" + hint(key, known));
          }
        });
    sections.forEach(Section::end);
  }

  /** Dotted paths of every setting that was asked for, here and below. */
  List<String> asked() {
    List<String> all = new ArrayList<>();
    List<String> below = sections.stream().map(s -> s.path).toList();
    known.stream().map(this::dotted).filter(k -> !below.contains(k)).forEach(all::add);
    sections.forEach(s -> all.addAll(s.asked()));
    return all;
  }

  static String hint(String word, List<String> known) {
    return NearestWord.of(word, known)
        .map(near -> "; did you mean '" + near + "'?")
        .orElse(known.isEmpty() ? "" : "; known here: " + String.join(", ", known));
  }

  static String oneOf(List<String> words) {
    return words.size() == 1
        ? words.getFirst()
        : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String shape(Node node) {
    return switch (node) {
      case MappingNode m -> "mapping";
      case SequenceNode s -> "list";
      default -> "single value";
    };
  }
}
