package dev.idbridge.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.values.StructValue;
import dev.idbridge.model.Attributes;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Attributes as expressions see them: what is not there reads as an empty text, false, 0, or an
 * empty list, so that nobody has to ask first; {@code has()} tells whether it is there.
 */
@SuppressWarnings("Immutable") // All of it is immutable, only not marked as such.
final class AttributeView extends StructValue<String, AttributeView> {
  private final StructType type;
  private final Attributes attributes;
  private final @Nullable String id;
  private final Map<String, String> spelled;

  /**
   * @param id the resource's own, null within one
   * @param spelled names of attributes by the words they go by in expressions, where these differ
   */
  AttributeView(
      StructType type, Attributes attributes, @Nullable String id, Map<String, String> spelled) {
    this.type = type;
    this.attributes = attributes;
    this.id = id;
    this.spelled = spelled;
  }

  @Override
  public AttributeView value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return attributes.isEmpty() && id == null;
  }

  @Override
  public CelType celType() {
    return type;
  }

  @Override
  public Object select(String field) {
    CelType wanted =
        type.findField(field)
            .orElseThrow(() -> new IllegalArgumentException("there is no attribute " + field))
            .type();
    Object there = there(field);
    return there == null ? nothing(wanted) : typed(field, wanted, there);
  }

  @Override
  public Optional<Object> find(String field) {
    return there(field) == null ? Optional.empty() : Optional.of(select(field));
  }

  private @Nullable Object there(String field) {
    if (id != null && field.equals("id")) {
      return id;
    }
    Object there = attributes.get(field);
    return there != null ? there : attributes.get(spelled.getOrDefault(field, field));
  }

  private Object nothing(CelType wanted) {
    return switch (wanted) {
      case StructType struct -> new AttributeView(struct, Attributes.NONE, null, spelled);
      case ListType list -> List.of();
      default ->
          switch (wanted.kind()) {
            case BOOL -> false;
            case INT -> 0L;
            case DOUBLE -> 0.0;
            default -> "";
          };
    };
  }

  private Object typed(String field, CelType wanted, Object there) {
    if (wanted instanceof ListType list) {
      CelType element = list.elemType();
      List<?> elements = there instanceof List<?> many ? many : List.of(there);
      return elements.stream().map(one -> typed(field, element, one)).toList();
    }
    if (wanted instanceof StructType struct && there instanceof Attributes inner) {
      return new AttributeView(struct, inner, null, spelled);
    }
    if (wanted.equals(SimpleType.STRING) && !(there instanceof Attributes)) {
      String text = String.valueOf(there);
      if (text.length() > Expression.MOST_TEXT) {
        throw new IllegalArgumentException(
            field + " has more than " + Expression.MOST_TEXT + " characters");
      }
      return text;
    }
    if (wanted.equals(SimpleType.DOUBLE) && there instanceof Number number) {
      return number.doubleValue();
    }
    if (wanted.equals(SimpleType.INT) && there instanceof BigDecimal number) {
      return number.longValue();
    }
    boolean fits =
        wanted.equals(SimpleType.BOOL) ? there instanceof Boolean : there instanceof Long;
    if (!fits) {
      throw new IllegalArgumentException(field + " is not of the type that its schema says");
    }
    return there;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AttributeView view && view.attributes.equals(attributes);
  }

  @Override
  public int hashCode() {
    return attributes.hashCode();
  }
}
