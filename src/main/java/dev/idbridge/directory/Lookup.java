package dev.idbridge.directory;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Filter.Compare;
import dev.idbridge.model.Filter.Operator;
import dev.idbridge.model.Ids;
import dev.idbridge.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One condition of a filter that the tables can answer from an index. A filter is a conjunction of
 * these or it is refused. Pure.
 */
sealed interface Lookup {
  /** The id; 0 when the text is none of ours, which matches nothing. */
  record Id(long id) implements Lookup {}

  /** The folded userName or displayName. */
  record Name(String key) implements Lookup {}

  /** Compared exactly (RFC 7643 section 3.1: caseExact). */
  record ExternalId(String value) implements Lookup {}

  /**
   * An e-mail address.
   *
   * @param type folded, or null for any
   */
  record Email(@Nullable String type, String key) implements Lookup {}

  record Active(boolean active) implements Lookup {}

  /** A group that has this direct member. */
  record HasMember(long id) implements Lookup {}

  /** Whether at most one resource can match. */
  default boolean unique() {
    return this instanceof Id || this instanceof Name;
  }

  /**
   * The conditions a filter asks for.
   *
   * @throws ChangeRefused with {@code INVALID_FILTER} for anything else than {@code eq} and {@code
   *     and} on the attributes that have an index
   */
  static List<Lookup> of(ResourceType type, Filter filter) throws ChangeRefused {
    List<Lookup> all = new ArrayList<>();
    collect(type, filter, all);
    return all;
  }

  private static void collect(ResourceType type, Filter filter, List<Lookup> all)
      throws ChangeRefused {
    switch (filter) {
      case Filter.And and -> {
        for (Filter part : and.all()) {
          collect(type, part, all);
        }
      }
      case Compare compare -> all.add(compared(type, compare));
      case Filter.Element element -> all.add(email(type, element.path(), element.inner(), null));
      case Filter.Present present -> throw unsupported(type);
      case Filter.Or or -> throw unsupported(type);
      case Filter.Not not -> throw unsupported(type);
    }
  }

  private static Lookup compared(ResourceType type, Compare compare) throws ChangeRefused {
    AttributePath path = compare.path();
    if (compare.operator() != Operator.EQ
        || (path.schema() != null && !path.schema().equalsIgnoreCase(type.schema()))) {
      throw unsupported(type);
    }
    String name = path.name().toLowerCase(Locale.ROOT);
    String sub = path.sub() == null ? "" : path.sub().toLowerCase(Locale.ROOT);
    if (name.equals("emails")) {
      if (!Set.of("", "value").contains(sub)) {
        throw unsupported(type);
      }
      return email(type, path, path.element(), text(type, compare));
    }
    if (path.element() != null) {
      throw unsupported(type);
    }
    boolean user = type == ResourceType.USER;
    if (!user && name.equals("members") && Set.of("", "value").contains(sub)) {
      return new HasMember(Ids.parse(text(type, compare)).orElse(0));
    }
    if (!sub.isEmpty()) {
      throw unsupported(type);
    }
    if (user && name.equals("active") && compare.value() instanceof Boolean active) {
      return new Active(active);
    }
    if (name.equals(user ? "username" : "displayname")) {
      return new Name(NameKey.of(text(type, compare)));
    }
    return switch (name) {
      case "id" -> new Id(Ids.parse(text(type, compare)).orElse(0));
      case "externalid" -> new ExternalId(text(type, compare));
      default -> throw unsupported(type);
    };
  }

  private static Lookup email(
      ResourceType type, AttributePath path, @Nullable Filter element, @Nullable String compared)
      throws ChangeRefused {
    if (type != ResourceType.USER || !path.name().equalsIgnoreCase("emails")) {
      throw unsupported(type);
    }
    String wantedType = null;
    String value = compared;
    List<Filter> parts =
        element == null
            ? List.of()
            : element instanceof Filter.And and ? and.all() : List.of(element);
    for (Filter part : parts) {
      if (!(part instanceof Compare inner) || inner.operator() != Operator.EQ) {
        throw unsupported(type);
      }
      String sub = inner.path().sub() == null ? inner.path().name() : inner.path().sub();
      if ("type".equalsIgnoreCase(sub) && wantedType == null) {
        wantedType = EmailRows.typeKey(text(type, inner));
      } else if ("value".equalsIgnoreCase(sub) && value == null) {
        value = text(type, inner);
      } else {
        throw unsupported(type);
      }
    }
    if (value == null) {
      throw unsupported(type);
    }
    return new Email(wantedType, NameKey.of(value));
  }

  private static String text(ResourceType type, Compare compare) throws ChangeRefused {
    if (compare.value() instanceof String text) {
      return text;
    }
    throw new ChangeRefused(
        Reason.INVALID_FILTER,
        compare.path()
            + " is compared with a value that is no string; put it in quotes (a "
            + type.word()
            + " is looked up by text)");
  }

  private static ChangeRefused unsupported(ResourceType type) {
    return new ChangeRefused(
        Reason.INVALID_FILTER,
        "this filter cannot be answered. Supported for "
            + type.endpoint()
            + ": eq on "
            + (type == ResourceType.USER
                ? "id, userName, externalId, active, emails.value and"
                    + " emails[type eq \"work\"].value"
                : "id, displayName, externalId and members.value")
            + ", joined by and");
  }
}
