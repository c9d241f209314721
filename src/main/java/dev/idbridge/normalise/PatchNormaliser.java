package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings every dialect of PATCH into steps on one attribute each: operation words in any case,
 * path-less objects split by key (dotted, bracketed and URN-prefixed keys are paths, extension
 * objects are entered). Read-only keys such as the {@code id} that Okta sends along are ignored;
 * keys and paths that name nothing are treated as the directory says. A strict directory takes the
 * RFC's spelling only.
 */
final class PatchNormaliser {
  /** Operations read in one request. */
  static final int MAX_OPERATIONS = 10_000;

  private static final String MESSAGE = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

  private final PathReader paths;

  PatchNormaliser(ResourceSchema schema) {
    this.paths = new PathReader(schema);
  }

  List<PatchStep> steps(JsonNode body, Reading reading) throws ChangeRefused {
    JsonNode operations = body.isObject() ? field(body, "Operations") : null;
    if (operations == null || ValueReader.unassigned(operations)) {
      throw syntax("a PATCH body is an object with a non-empty 'Operations' list");
    }
    if (operations.size() > MAX_OPERATIONS) {
      throw syntax(
          "the PATCH has %d operations; at most %d are read"
              .formatted(operations.size(), MAX_OPERATIONS));
    }
    if (reading.strict()) {
      checkMessage(body, operations);
    }
    List<PatchStep> steps = new ArrayList<>();
    for (JsonNode operation : operations.isArray() ? operations : List.of(operations)) {
      read(operation, steps, reading);
    }
    return steps;
  }

  private static void checkMessage(JsonNode body, JsonNode operations) throws ChangeRefused {
    JsonNode schemas = field(body, "schemas");
    boolean named = false;
    for (JsonNode urn : schemas == null ? List.<JsonNode>of() : schemas) {
      named |= urn.asText().equalsIgnoreCase(MESSAGE);
    }
    if (!named) {
      throw syntax("'schemas' of a PATCH must name " + MESSAGE);
    }
    if (!operations.isArray()) {
      throw syntax("'Operations' is a list");
    }
  }

  private void read(JsonNode operation, List<PatchStep> steps, Reading reading)
      throws ChangeRefused {
    if (!operation.isObject()) {
      throw syntax("each of 'Operations' is an object with 'op', 'path' and 'value'");
    }
    PatchStep.Kind kind = kind(field(operation, "op"), reading);
    JsonNode path = field(operation, "path");
    JsonNode value = field(operation, "value");
    if (path != null && !path.isNull() && !path.isTextual()) {
      throw new ChangeRefused(Reason.INVALID_PATH, "'path' is a string");
    }
    if (kind != PatchStep.Kind.REMOVE && value == null) {
      throw ValueReader.invalid("value", "is missing from an add or replace operation");
    }
    Target target =
        path == null || path.isNull() || path.textValue().isBlank()
            ? new Target.Whole()
            : paths.read(path.textValue(), reading);
    switch (target) {
      case null -> {}
      case Target.Whole whole -> {
        if (kind == PatchStep.Kind.REMOVE) {
          throw new ChangeRefused(
              Reason.NO_TARGET, "a remove operation needs the 'path' of what to remove");
        }
        expand(kind, null, value, steps, reading);
      }
      case Target.Extension extension -> {
        if (kind == PatchStep.Kind.REMOVE || cleared(value)) {
          steps.add(new PatchStep(PatchStep.Kind.REMOVE, extension, null));
        } else {
          expand(kind, extension.schema(), value, steps, reading);
        }
      }
      case Target.Attribute attribute -> {
        if (attribute.def().name().equals("schemas")) {
          return;
        }
        if (attribute.isReadOnly()) {
          throw new ChangeRefused(
              Reason.MUTABILITY, "'%s' is read-only".formatted(attribute.label()));
        }
        if (alwaysSaid(attribute)
            && (kind == PatchStep.Kind.REMOVE || ValueReader.unassigned(value))) {
          throw ValueReader.invalid(attribute.label(), "cannot be unassigned: send true or false");
        }
        JsonNode given = kind == PatchStep.Kind.REMOVE && isNull(value) ? null : value;
        if (reading.strict() && kind == PatchStep.Kind.REMOVE && given != null) {
          throw ValueReader.invalid(
              "value",
              "says nothing in a remove operation: choose elements in the path, such as"
                  + " members[value eq \"ID\"]");
        }
        steps.add(new PatchStep(kind, attribute, given));
      }
      case Target.Unknown unknown -> steps.add(new PatchStep(kind, unknown, value));
    }
  }

  private void expand(
      PatchStep.Kind kind,
      @Nullable SchemaDef extension,
      @Nullable JsonNode value,
      List<PatchStep> steps,
      Reading reading)
      throws ChangeRefused {
    JsonNode object = value == null ? null : new ValueReader(reading).only(value, "value");
    if (isNull(object)) {
      return;
    }
    if (object == null || !object.isObject()) {
      throw ValueReader.invalid("value", "of an operation without a path is an object");
    }
    Set<String> said = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String key = field.getKey();
      JsonNode each = field.getValue();
      ValueReader.once(said, key);
      Target target = paths.readKey(extension, key, reading);
      switch (target) {
        case null -> {}
        case Target.Attribute attribute -> {
          if (alwaysSaid(attribute) && ValueReader.unassigned(each)) {
            // Nulls among other values say nothing of it, and must not undo what an operation said.
            continue;
          }
          if (!attribute.isReadOnly()) {
            steps.add(new PatchStep(kind, attribute, each));
          } else if (reading.strict() && !attribute.def().name().equals("schemas")) {
            throw new ChangeRefused(
                Reason.MUTABILITY, "'%s' is read-only".formatted(attribute.label()));
          }
        }
        case Target.Unknown unknown -> steps.add(new PatchStep(kind, unknown, each));
        case Target.Extension inner -> {
          if (cleared(each)) {
            steps.add(new PatchStep(PatchStep.Kind.REMOVE, inner, null));
          } else {
            expand(kind, inner.schema(), each, steps, reading);
          }
        }
        case Target.Whole whole -> expand(kind, null, each, steps, reading);
      }
    }
  }

  private static PatchStep.Kind kind(@Nullable JsonNode op, Reading reading) throws ChangeRefused {
    String word = op == null || !op.isTextual() ? "" : op.textValue();
    return switch (reading.strict() ? word : word.strip().toLowerCase(Locale.ROOT)) {
      case "add" -> PatchStep.Kind.ADD;
      case "remove" -> PatchStep.Kind.REMOVE;
      case "replace" -> PatchStep.Kind.REPLACE;
      default -> throw syntax("'op' is one of add, remove and replace");
    };
  }

  /** Whether a value unassigns: an object without anything in it says nothing instead. */
  private static boolean cleared(@Nullable JsonNode value) {
    return ValueReader.unassigned(value) && !ValueReader.isEmptyObject(value);
  }

  /** Whether a user is active is known of every user. */
  private static boolean alwaysSaid(Target.Attribute attribute) {
    return attribute.extension() == null && attribute.def().name().equals("active");
  }

  private static boolean isNull(@Nullable JsonNode node) {
    return node == null || node.isNull();
  }

  static @Nullable JsonNode field(JsonNode object, String name) {
    JsonNode exact = object.get(name);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getKey().equalsIgnoreCase(name)) {
        return field.getValue();
      }
    }
    return null;
  }

  static ChangeRefused syntax(String detail) {
    return new ChangeRefused(Reason.INVALID_SYNTAX, detail);
  }
}
