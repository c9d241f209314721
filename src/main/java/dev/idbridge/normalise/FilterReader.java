package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import com.unboundid.scim2.common.Path;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.filters.FilterType;
import dev.idbridge.model.AttributePath;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.Timestamps;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a filter: names resolved against the schema, whatever their case or prefix, literals typed
 * by their attribute ({@code "True"} is a boolean where the schema says so). A complex attribute
 * compared without a sub-attribute means its {@code value}. Every refusal is {@code invalidFilter}.
 * Thread-safe.
 *
 * <p>Inside {@link Filter.Element} a path's name is the sub-attribute: {@code emails[type eq
 * "work"]} becomes {@code Element(emails, Compare(type EQ work))}.
 */
public final class FilterReader {
  /** What matches everything, and what matches nothing. */
  private static final Filter EVERYTHING = new Filter.And(List.of());

  private static final Filter NOTHING = new Filter.Or(List.of());

  private final ResourceSchema schema;
  private final List<FilterReader> others;

  public FilterReader(ResourceSchema schema) {
    this(schema, List.of());
  }

  /**
   * For a question about resources of several types: what only another type has is unassigned here
   * (RFC 7644 section 3.4.2.1).
   */
  public FilterReader(ResourceSchema schema, List<ResourceSchema> others) {
    this.schema = schema;
    this.others = others.stream().map(FilterReader::new).toList();
  }

  /** A filter on whole resources. */
  public Filter read(String text) throws ChangeRefused {
    return convert(FilterSyntax.parse(text), this::ofResource);
  }

  /**
   * The attributes of every type that a path of the settings names.
   *
   * @throws ChangeRefused with {@code invalidPath} when no type has it
   */
  public static Map<ResourceType, AttributePath> readForAll(ScimSchema schemas, String text)
      throws ChangeRefused {
    List<ResourceSchema> all = new ArrayList<>();
    for (ResourceType type : ResourceType.values()) {
      all.add(schemas.of(type));
    }
    Map<ResourceType, AttributePath> paths = new EnumMap<>(ResourceType.class);
    for (ResourceType type : ResourceType.values()) {
      AttributePath path = new FilterReader(schemas.of(type), all).readPath(text);
      if (path != null) {
        paths.put(type, path);
      }
    }
    return paths;
  }

  /**
   * An attribute by its path, as {@code sortBy} and settings name it; a complex one means its
   * {@code value}. Null when only another type has it.
   *
   * @throws ChangeRefused with {@code invalidPath} when no type has it
   */
  public @Nullable AttributePath readPath(String text) throws ChangeRefused {
    try {
      Named named = ofResource(Path.fromString(text.strip()));
      return named == null ? null : toValue(stored(named)).path();
    } catch (BadRequestException e) {
      throw new ChangeRefused(
          Reason.INVALID_PATH, "'" + FilterSyntax.shortened(text) + "' is no attribute path");
    } catch (ChangeRefused e) {
      throw new ChangeRefused(Reason.INVALID_PATH, e.detail());
    }
  }

  /**
   * An attribute by its path, which may choose among its elements, as {@code attributes} names it:
   * {@code emails[type eq "work"].value}.
   *
   * @throws ChangeRefused when no such attribute is known, or its filter cannot be read
   */
  public AttributePath readElementPath(String text) throws ChangeRefused {
    int open = text.indexOf('[');
    int close = text.lastIndexOf(']');
    String name = open < 0 ? text : text.substring(0, open);
    Named named;
    try {
      named = ofResource(Path.fromString(name.strip()));
    } catch (BadRequestException e) {
      throw new ChangeRefused(
          Reason.INVALID_PATH, "'" + FilterSyntax.shortened(text) + "' is no attribute path");
    }
    if (named == null || (open >= 0 && (close < open || !named.def().isComplex()))) {
      throw FilterSyntax.refused("'" + FilterSyntax.shortened(text) + "' is no attribute path");
    }
    if (open < 0) {
      return named.path();
    }
    String after = text.substring(close + 1);
    AttributeDef sub = after.startsWith(".") ? named.def().sub(after.substring(1)) : null;
    if (sub == null && !after.isEmpty()) {
      throw FilterSyntax.refused("'" + FilterSyntax.shortened(text) + "' is no attribute path");
    }
    return new AttributePath(
        named.path().schema(),
        named.path().name(),
        readElement(text.substring(open + 1, close), named.def()),
        sub == null ? null : sub.name());
  }

  /** A filter on the elements of one attribute: what stands between the brackets of a path. */
  Filter readElement(String text, AttributeDef attribute) throws ChangeRefused {
    return convert(FilterSyntax.parse(text), path -> ofElement(path, attribute));
  }

  private record Named(AttributePath path, AttributeDef def) {}

  private interface Scope {
    /** Null for what only resources of another type have. */
    @Nullable Named resolve(Path path) throws ChangeRefused;
  }

  private Filter convert(com.unboundid.scim2.common.filters.Filter read, Scope scope)
      throws ChangeRefused {
    return switch (read.getFilterType()) {
      case AND -> new Filter.And(all(read, scope, FilterType.AND));
      case OR -> new Filter.Or(all(read, scope, FilterType.OR));
      case NOT -> new Filter.Not(convert(part(read.getInvertedFilter()), scope));
      case PRESENT -> {
        Named named = scope.resolve(part(read.getAttributePath()));
        yield named == null ? NOTHING : new Filter.Present(stored(named).path());
      }
      case COMPLEX_VALUE -> {
        Named named = scope.resolve(part(read.getAttributePath()));
        if (named == null) {
          yield NOTHING;
        }
        if (!named.def().isComplex() || named.path().sub() != null) {
          throw FilterSyntax.refused("'" + named.path() + "' has no sub-attributes to filter by");
        }
        yield new Filter.Element(
            named.path(),
            convert(part(read.getValueFilter()), inner -> ofElement(inner, named.def())));
      }
      default -> compare(read, scope);
    };
  }

  /** The parts of an and- or or-chain, with equal nested chains laid flat. */
  private List<Filter> all(
      com.unboundid.scim2.common.filters.Filter read, Scope scope, FilterType kind)
      throws ChangeRefused {
    List<Filter> parts = new ArrayList<>();
    for (var part : part(read.getCombinedFilters())) {
      if (part.getFilterType() == kind) {
        parts.addAll(all(part, scope, kind));
      } else {
        parts.add(convert(part, scope));
      }
    }
    return parts;
  }

  private static Filter compare(com.unboundid.scim2.common.filters.Filter read, Scope scope)
      throws ChangeRefused {
    Filter.Operator operator = operator(read.getFilterType());
    Named found = scope.resolve(part(read.getAttributePath()));
    if (found == null) {
      boolean none = part(read.getComparisonValue()).isNull();
      return operator == (none ? Filter.Operator.EQ : Filter.Operator.NE) ? EVERYTHING : NOTHING;
    }
    Named named = toValue(stored(found));
    return new Filter.Compare(
        named.path(), operator, literal(named, operator, part(read.getComparisonValue())));
  }

  /** What can be compared and sorted by: all but what depends on who asks. */
  private static Named stored(Named named) throws ChangeRefused {
    if (named.path().equals(AttributePath.core("meta", "location"))) {
      throw FilterSyntax.refused("an address depends on who asks: filter by id instead");
    }
    return named;
  }

  private static Named toValue(Named named) throws ChangeRefused {
    if (!named.def().isComplex()) {
      return named;
    }
    AttributeDef value = named.def().sub("value");
    if (value == null) {
      throw FilterSyntax.refused(
          "'%s' is complex: compare one of its sub-attributes, such as %s.%s"
              .formatted(
                  named.path(), named.path(), named.def().subAttributes().getFirst().name()));
    }
    AttributePath path = named.path();
    return new Named(new AttributePath(path.schema(), path.name(), null, value.name()), value);
  }

  /** What the grammar says is there. */
  private static <T> T part(@Nullable T part) throws ChangeRefused {
    if (part == null) {
      throw FilterSyntax.refused("the filter cannot be read");
    }
    return part;
  }

  private static Filter.Operator operator(FilterType type) throws ChangeRefused {
    return switch (type) {
      case EQUAL -> Filter.Operator.EQ;
      case NOT_EQUAL -> Filter.Operator.NE;
      case CONTAINS -> Filter.Operator.CO;
      case STARTS_WITH -> Filter.Operator.SW;
      case ENDS_WITH -> Filter.Operator.EW;
      case GREATER_THAN -> Filter.Operator.GT;
      case GREATER_OR_EQUAL -> Filter.Operator.GE;
      case LESS_THAN -> Filter.Operator.LT;
      case LESS_OR_EQUAL -> Filter.Operator.LE;
      default -> throw FilterSyntax.refused("operator " + type + " is not known");
    };
  }

  private static @Nullable Object literal(Named named, Filter.Operator operator, JsonNode node)
      throws ChangeRefused {
    boolean equality = operator == Filter.Operator.EQ || operator == Filter.Operator.NE;
    if (node.isNull()) {
      if (!equality) {
        throw FilterSyntax.refused("null can only be compared with eq and ne");
      }
      return null;
    }
    return switch (named.def().type()) {
      case BOOLEAN -> {
        if (!equality) {
          throw FilterSyntax.refused(
              "'%s' is a boolean: only eq, ne and pr apply".formatted(named.path()));
        }
        yield switch (node.asText().toLowerCase(Locale.ROOT)) {
          case "true" -> true;
          case "false" -> false;
          default -> throw FilterSyntax.refused("'%s' is a boolean".formatted(named.path()));
        };
      }
      case INTEGER, DECIMAL -> {
        String text = node.asText();
        if (!node.isNumber() && !(node.isTextual() && text.matches(ValueReader.NUMBER))) {
          throw FilterSyntax.refused("'%s' is a number".formatted(named.path()));
        }
        yield node.isIntegralNumber() && node.canConvertToLong() || text.matches("-?[0-9]{1,18}")
            ? (Object) Long.parseLong(text)
            : new BigDecimal(text);
      }
      case BINARY -> {
        if (!equality) {
          throw FilterSyntax.refused(
              "'%s' is binary: only eq, ne and pr apply".formatted(named.path()));
        }
        yield node.asText();
      }
      case DATE_TIME -> {
        String text = node.asText();
        if (Timestamps.read(text) == null) {
          throw FilterSyntax.refused(
              "'%s' is a dateTime, such as 2026-01-31T12:00:00Z".formatted(named.path()));
        }
        yield text;
      }
      case STRING, REFERENCE, COMPLEX -> {
        // No stored text holds such a thing, and databases would take it for another.
        String problem = ValueReader.unfit(node.asText());
        if (problem != null) {
          throw FilterSyntax.refused(
              "what '%s' is compared with %s".formatted(named.path(), problem));
        }
        yield node.asText();
      }
    };
  }

  private @Nullable Named ofResource(Path path) throws ChangeRefused {
    Named named = find(path);
    if (named != null) {
      return named;
    }
    for (FilterReader other : others) {
      if (other.find(path) != null) {
        return null;
      }
    }
    throw unknown(path);
  }

  /** What a path names in this type, or null. */
  private @Nullable Named find(Path path) throws ChangeRefused {
    if (path.size() == 0 || path.size() > 2) {
      throw FilterSyntax.refused(
          "'" + FilterSyntax.shortened(path.toString()) + "' is no attribute");
    }
    String name = path.getElement(0).getAttribute();
    String urn = path.getSchemaUrn();
    SchemaDef extension = null;
    AttributeDef def;
    if (urn == null || urn.equalsIgnoreCase(schema.core().id())) {
      def = schema.attribute(name);
      if (def == null && urn == null) {
        extension = schema.extensionWith(name);
        def = extension == null ? null : extension.attribute(name);
      }
    } else {
      extension = schema.extension(urn);
      def = extension == null ? null : extension.attribute(name);
    }
    if (def == null) {
      return null;
    }
    AttributeDef sub = null;
    if (path.size() == 2) {
      sub = def.sub(path.getElement(1).getAttribute());
      if (sub == null) {
        return null;
      }
    }
    return new Named(
        new AttributePath(
            extension == null ? null : extension.id(),
            def.name(),
            null,
            sub == null ? null : sub.name()),
        sub == null ? def : sub);
  }

  private static Named ofElement(Path path, AttributeDef attribute) throws ChangeRefused {
    AttributeDef sub =
        path.size() == 1 && path.getSchemaUrn() == null
            ? attribute.sub(path.getElement(0).getAttribute())
            : null;
    if (sub == null) {
      throw FilterSyntax.refused(
          "'%s' has no sub-attribute '%s'".formatted(attribute.name(), path));
    }
    return new Named(AttributePath.core(sub.name()), sub);
  }

  private ChangeRefused unknown(Path path) {
    return FilterSyntax.refused(
        "a %s has no attribute '%s'"
            .formatted(schema.type().word(), FilterSyntax.shortened(path.toString())));
  }
}
