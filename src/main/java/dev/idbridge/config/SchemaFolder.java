package dev.idbridge.config;

import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Reads {@code conf/schemas/}: one extension of users or groups per file, YAML or JSON. */
final class SchemaFolder {
  private final Path folder;
  private final Problems problems;
  private final List<SchemaDef> ofUsers = new ArrayList<>();
  private final List<SchemaDef> ofGroups = new ArrayList<>();
  private final Set<String> required = new HashSet<>();
  private final Map<String, String> taken = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  SchemaFolder(Path folder, Problems problems) {
    this.folder = folder;
    this.problems = problems;
    for (SchemaDef standard : ScimSchema.STANDARD.all()) {
      taken.put(standard.id(), "RFC 7643");
    }
  }

  /** The standard schemas with these; what cannot be read is left out and noted. */
  ScimSchema read() {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          String name = String.valueOf(file.getFileName());
          if (name.endsWith(".yaml") || name.endsWith(".json")) {
            read(file);
          } else if (name.endsWith(".yml")) {
            problems.add(
                file.toString(), (Mark) null, "", "is not read; rename it to end in .yaml");
          }
        }
      } catch (IOException e) {
        problems.add(folder.toString(), (Mark) null, "", "cannot be listed: " + e.getMessage());
      }
    }
    return ofUsers.isEmpty() && ofGroups.isEmpty()
        ? ScimSchema.STANDARD
        : new ScimSchema(ofUsers, ofGroups, required);
  }

  private void read(Path file) {
    String shown = file.toString();
    int before = problems.all().size();
    Section top =
        new Section(shown, "", YamlFile.read(file, shown, problems), Environment.NONE, problems);
    if (problems.all().size() > before && top.written().isEmpty()) {
      return;
    }
    SchemaReader reader = new SchemaReader(top);
    SchemaDef schema = reader.read();
    Set<ResourceType> types = reader.resourceTypes();
    boolean must = top.flag("required", false);
    top.end();
    if (!schema.id().isEmpty()) {
      String other = taken.putIfAbsent(schema.id(), shown);
      if (other != null) {
        top.problem("id", "is the id of another schema (" + other + ") too; choose another URN");
      }
    }
    if (problems.all().size() > before) {
      return;
    }
    if (types.contains(ResourceType.USER)) {
      ofUsers.add(schema);
    }
    if (types.contains(ResourceType.GROUP)) {
      ofGroups.add(schema);
    }
    if (must) {
      required.add(schema.id());
    }
  }
}
