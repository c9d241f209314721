package dev.idbridge.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads one YAML file into nodes that know their line and column. */
final class YamlFile {
  private static final int MOST_BYTES = 1 << 20;

  private YamlFile() {}

  /** The file's top mapping; null after a problem was noted, or when the file says nothing. */
  static @Nullable MappingNode read(Path path, String shown, Problems problems) {
    String text = text(path, shown, problems);
    return text == null ? null : mapping(text, shown, problems);
  }

  /** The same of a text that stands in no file. */
  static @Nullable MappingNode mapping(String text, String shown, Problems problems) {
    Node top = parse(text, shown, problems);
    if (top == null || top instanceof MappingNode) {
      return (MappingNode) top;
    }
    problems.add(shown, top.getStartMark(), "", "must be a mapping of 'key: value' lines");
    return null;
  }

  /** The file's top node; null after a problem was noted, or when the file says nothing. */
  static @Nullable Node top(Path path, String shown, Problems problems) {
    String text = text(path, shown, problems);
    return text == null ? null : parse(text, shown, problems);
  }

  private static @Nullable Node parse(String text, String shown, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(shown).setUseMarks(true).setParseComments(false).build();
    try {
      Iterator<Node> documents = new Compose(settings).composeAllFromString(text).iterator();
      if (!documents.hasNext()) {
        return null;
      }
      Node top = documents.next();
      if (documents.hasNext()) {
        problems.add(
            shown,
            documents.next().getStartMark(),
            "",
            "a second YAML document starts here; keep one document per file");
      }
      return unset(top) ? null : top;
    } catch (MarkedYamlEngineException e) {
      String context = e.getContext() == null ? "" : e.getContext() + ", ";
      problems.add(
          shown,
          e.getProblemMark().or(e::getContextMark),
          "",
          "is not YAML: " + context + e.getProblem() + "; mend the line above or below as well");
    } catch (YamlEngineException e) {
      problems.add(shown, (Mark) null, "", "is not YAML: " + e.getMessage());
    }
    return null;
  }

  /** Whether nothing is written: {@code key:} or {@code key: null}. */
  static boolean unset(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && List.of("", "~", "null").contains(scalar.getValue());
  }

  private static @Nullable String text(Path path, String shown, Problems problems) {
    String problem;
    try {
      if (Files.size(path) > MOST_BYTES) {
        problem = "is larger than 1 MiB; this cannot be a configuration file";
      } else {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
            .toString();
      }
    } catch (NoSuchFileException e) {
      problem =
          "is not there; create it (an empty file takes every default) or name another --conf";
    } catch (CharacterCodingException e) {
      problem = "is not UTF-8; save it as UTF-8";
    } catch (IOException e) {
      problem = "cannot be read: " + e.getMessage() + "; check owner and mode";
    }
    problems.add(shown, (Mark) null, "", problem);
    return null;
  }
}
