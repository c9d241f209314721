package dev.idbridge.normalise;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads attribute paths (RFC 7644 section 3.5.2): plain, dotted, with a value filter, prefixed with
 * the core schema's URN (dropped) or an extension's, or an extension's URN alone. Names in any
 * case.
 */
final class PathReader {
  /** An attribute's name, perhaps with a URN before and a filter and a sub-attribute behind it. */
  private static final Pattern PATH =
      Pattern.compile(
          "(urn:[^\\[\\]\\s\"]*:)?[a-z$][a-z0-9$_-]*(\\[.*])?(\\.[a-z$][a-z0-9$_-]*)?",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** URNs of extensions end with a version and the type of resource. */
  private static final Pattern EXTENSION =
      Pattern.compile(
          "urn:[^\\[\\]]*:[0-9]++([.][0-9]++)*+:[^:\\[\\].]+", Pattern.CASE_INSENSITIVE);

  /** Longest path read, in characters. */
  private static final int MAX_LENGTH = FilterSyntax.MAX_LENGTH;

  private final ResourceSchema schema;
  private final FilterReader filters;

  /** What clients write for the core schema before an attribute's name, besides its URN. */
  private final Pattern core;

  PathReader(ResourceSchema schema) {
    this.schema = schema;
    this.filters = new FilterReader(schema);
    String word = schema.type().word();
    String other =
        (schema.type() == ResourceType.USER ? ResourceType.GROUP : ResourceType.USER).word();
    this.core =
        Pattern.compile(
            "urn:(?:ietf:params:)?scim:schemas:core:[0-9]++(?:[.][0-9]++)?+(?!:%2$s(?:[:.]|$))(?::%1$s)?"
                    .formatted(word, other)
                + "(?:[:.]|$)|%s[.](?=.)".formatted(word),
            Pattern.CASE_INSENSITIVE);
  }

  /**
   * What a path names; null when it names nothing this resource type has and the directory ignores
   * that.
   *
   * @throws ChangeRefused with {@code invalidPath} when it is no path, or names nothing and the
   *     directory refuses that; with {@code invalidFilter} when its value filter cannot be read
   */
  @Nullable Target read(String path, Reading reading) throws ChangeRefused {
    if (path.length() > MAX_LENGTH) {
      throw invalid(
          "a path has %d characters; at most %d are read".formatted(path.length(), MAX_LENGTH));
    }
    String plain = path.strip();
    Target target = find(plain, reading);
    if (target != null) {
      return target;
    }
    if (!PATH.matcher(plain).matches()) {
      throw invalid(
          "'%s' is no path: send an attribute's name, such as name.givenName or emails[type eq"
                  .formatted(Reading.shortened(path))
              + " \"work\"].value");
    }
    return unknown(plain, reading);
  }

  /** What a key of an object without a path names; null when nothing is to be done with it. */
  @Nullable Target readKey(@Nullable SchemaDef extension, String key, Reading reading)
      throws ChangeRefused {
    String path = extension == null ? key : extension.id() + ":" + key;
    boolean byTheBook =
        extension == null
            && (key.equalsIgnoreCase(schema.core().id()) || schema.extension(key) != null);
    boolean plain = key.chars().noneMatch(c -> c == '.' || c == '[' || c == ':');
    Target target = reading.strict() && !byTheBook && !plain ? null : find(path, reading);
    return target != null ? target : unknown(path, reading);
  }

  /**
   * What a key of a whole resource names that is no attribute's plain name: some clients put a
   * schema's URN in front. Null when it names nothing.
   */
  @Nullable Target readQualified(String key, Reading reading) throws ChangeRefused {
    return reading.strict() || key.indexOf('[') >= 0 || key.length() > MAX_LENGTH
        ? null
        : startsWith(key, "urn:") || core.matcher(key).lookingAt() ? find(key, reading) : null;
  }

  /** An attribute to be kept as it comes, or null. */
  private @Nullable Target unknown(String given, Reading reading) throws ChangeRefused {
    if (startsWith(withoutCore(given, reading), "active.")) {
      // Whoever says something here may mean a deactivation: better refused than left out.
      throw invalid("'active' has no parts: send active as true or false");
    }
    if (!reading.keeps(given, Reason.INVALID_PATH)) {
      return null;
    }
    String path = withoutCore(given, reading);
    List<String> names = new ArrayList<>();
    if (EXTENSION.matcher(path).matches()) {
      names.add(path);
    } else {
      int colon = startsWith(path, "urn:") ? path.lastIndexOf(':') : -1;
      if (colon > 0) {
        names.add(path.substring(0, colon));
      }
      names.addAll(List.of(path.substring(colon + 1).split("\\.", 2)));
    }
    if (path.indexOf('[') >= 0
        || !names.stream().allMatch(RawValues::named)
        || !canHold(names, reading)) {
      reading.ignore(given);
      return null;
    }
    return new Target.Unknown(names);
  }

  /**
   * Whether something unknown may be put there: of the attributes that the schemas know, only a
   * single complex one has room for more.
   */
  private boolean canHold(List<String> names, Reading reading) {
    SchemaDef extension = schema.extension(names.getFirst());
    String name = extension == null ? names.getFirst() : names.get(Math.min(1, names.size() - 1));
    AttributeDef def = extension == null ? schema.attribute(name) : extension.attribute(name);
    if (def == null && extension == null && !reading.strict()) {
      return schema.extensionWith(name) == null;
    }
    return def == null || (def.isComplex() && !def.multiValued() && !def.isReadOnly());
  }

  /** A path without the prefix that stands for the core schema. */
  private String withoutCore(String path, Reading reading) {
    if (reading.strict()) {
      return startsWith(path, schema.core().id() + ":")
          ? path.substring(schema.core().id().length() + 1)
          : path;
    }
    Matcher matcher = core.matcher(path);
    return matcher.lookingAt() ? path.substring(matcher.end()) : path;
  }

  /** What a path names, or null when it names nothing this resource type has. */
  private @Nullable Target find(String path, Reading reading) throws ChangeRefused {
    SchemaDef extension = schema.extension(path);
    if (extension != null) {
      return new Target.Extension(extension);
    }
    if (path.equalsIgnoreCase(schema.core().id())) {
      return new Target.Whole();
    }
    String rest = withoutCore(path, reading);
    if (rest.isEmpty() && !path.isEmpty()) {
      return new Target.Whole();
    }
    if (startsWith(rest, "urn:")) {
      extension = extensionOf(rest, reading);
      if (extension == null) {
        return null;
      }
      rest = rest.substring(extension.id().length() + 1);
    }
    return attribute(extension, rest, reading);
  }

  private @Nullable SchemaDef extensionOf(String path, Reading reading) {
    SchemaDef longest = null;
    for (SchemaDef candidate : schema.extensions()) {
      if ((startsWith(path, candidate.id() + ":")
              || (!reading.strict() && startsWith(path, candidate.id() + ".")))
          && (longest == null || candidate.id().length() > longest.id().length())) {
        longest = candidate;
      }
    }
    return longest;
  }

  private @Nullable Target attribute(@Nullable SchemaDef given, String path, Reading reading)
      throws ChangeRefused {
    int bracket = path.indexOf('[');
    int dot = path.indexOf('.');
    int nameEnd = bracket >= 0 ? bracket : dot >= 0 ? dot : path.length();
    String name = path.substring(0, nameEnd);
    SchemaDef extension = given;
    AttributeDef def = given == null ? schema.attribute(name) : given.attribute(name);
    if (def == null && given == null && !reading.strict()) {
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
        throw invalid("the path '%s' lacks a closing bracket".formatted(Reading.shortened(path)));
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
    if (sub == null
        && def.multiValued()
        && after.equalsIgnoreCase(".displayName")
        && !reading.strict()) {
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
}
