package dev.idbridge.normalise;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import org.jspecify.annotations.Nullable;

/**
 * Reads attribute paths (RFC 7644 section 3.5.2): plain, dotted, with a value filter, prefixed with
 * the core schema's URN (dropped) or an extension's, or an extension's URN alone. Names in any
 * case.
 */
final class PathReader {
  private final ResourceSchema schema;
  private final FilterReader filters;

  PathReader(ResourceSchema schema) {
    this.schema = schema;
    this.filters = new FilterReader(schema);
  }

  /**
   * What a path names.
   *
   * @throws ChangeRefused with {@code invalidPath} when it names nothing this resource type has,
   *     with {@code invalidFilter} when its value filter cannot be read
   */
  Target read(String path) throws ChangeRefused {
    Target target = find(path.strip());
    if (target == null) {
      throw invalid(
          "a %s has no attribute '%s'; check the attribute mapping"
              .formatted(schema.type().word(), shortened(path)));
    }
    return target;
  }

  /** What a path names, or null when it names nothing this resource type has. */
  @Nullable Target find(String path) throws ChangeRefused {
    SchemaDef extension = null;
    String rest = path;
    if (startsWith(path, "urn:")) {
      if (path.equalsIgnoreCase(schema.core().id())) {
        return new Target.Whole();
      }
      extension = schema.extension(path);
      if (extension != null) {
        return new Target.Extension(extension);
      }
      if (startsWith(path, schema.core().id() + ":")) {
        rest = path.substring(schema.core().id().length() + 1);
      } else {
        extension = extensionOf(path);
        if (extension == null) {
          return null;
        }
        rest = path.substring(extension.id().length() + 1);
      }
    }
    return attribute(extension, rest);
  }

  private @Nullable SchemaDef extensionOf(String path) {
    for (SchemaDef candidate : schema.extensions()) {
      if (startsWith(path, candidate.id() + ":")) {
        return candidate;
      }
    }
    return null;
  }

  private @Nullable Target attribute(@Nullable SchemaDef given, String path) throws ChangeRefused {
    int bracket = path.indexOf('[');
    int dot = path.indexOf('.');
    int nameEnd = bracket >= 0 ? bracket : dot >= 0 ? dot : path.length();
    String name = path.substring(0, nameEnd);
    SchemaDef extension = given;
    AttributeDef def = given == null ? schema.attribute(name) : given.attribute(name);
    if (def == null && given == null) {
      extension = schema.extensionWith(name);
      def = extension == null ? null : extension.attribute(name);
    }
    if (def == null) {
      return null;
    }
    Filter element = null;
    String after = path.substring(nameEnd);
    if (bracket >= 0) {
      int close = path.lastIndexOf(']');
      if (close < bracket) {
        throw invalid("the path '%s' lacks a closing bracket".formatted(shortened(path)));
      }
      if (!def.isComplex() || !def.multiValued()) {
        throw invalid("'%s' has no elements to choose from".formatted(def.name()));
      }
      element = filters.readElement(path.substring(bracket + 1, close), def);
      after = path.substring(close + 1);
    }
    if (after.isEmpty()) {
      return new Target.Attribute(extension, def, element, null);
    }
    AttributeDef sub = after.startsWith(".") ? def.sub(after.substring(1)) : null;
    if (sub == null && def.multiValued() && after.equalsIgnoreCase(".displayName")) {
      sub = def.sub("display");
    }
    return sub == null ? null : new Target.Attribute(extension, def, element, sub);
  }

  private static boolean startsWith(String text, String prefix) {
    return text.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  private static ChangeRefused invalid(String detail) {
    return new ChangeRefused(Reason.INVALID_PATH, detail);
  }

  private static String shortened(String path) {
    return path.length() <= 200 ? path : path.substring(0, 200) + "...";
  }
}
