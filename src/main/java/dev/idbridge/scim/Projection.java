package dev.idbridge.scim;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Filter;
import dev.idbridge.model.filter.FilterEvaluator;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.AttributeDef.Returned;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.normalise.FilterReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which attributes an answer carries (RFC 7644 section 3.9). {@code attributes} names the ones
 * wanted, {@code excludedAttributes} the ones left out; the two exclude each other, and when both
 * are sent the first counts. Attributes that are always returned stay, ones never returned do not
 * appear. A value filter in a name ({@code emails[type eq "work"].value}) means the elements that
 * match. Names nobody knows are ignored.
 */
final class Projection {
  /** Everything that is returned by default. */
  static final Projection DEFAULT = new Projection(false, Map.of());

  private static final FilterEvaluator EVALUATOR =
      new FilterEvaluator(text -> text.toLowerCase(Locale.ROOT));

  private final boolean only;

  /** By lower-case key. */
  private final Map<String, Wish> named;

  /** What is said about one attribute. */
  private static final class Wish {
    /** The attribute as a whole. */
    boolean whole;

    /** Sub-attributes, in lower case. */
    final Set<String> subs = new HashSet<>();

    /** Elements that match, and the sub-attribute of theirs, or null for all of it. */
    final List<AttributePath> elements = new ArrayList<>();
  }

  private Projection(boolean only, Map<String, Wish> named) {
    this.only = only;
    this.named = named;
  }

  static Projection of(ResourceSchema schema, Query query) {
    String attributes = query.text("attributes");
    String excluded = query.text("excludedAttributes");
    if (attributes != null) {
      return new Projection(true, wishes(schema, attributes));
    }
    return excluded == null ? DEFAULT : new Projection(false, wishes(schema, excluded));
  }

  private static Map<String, Wish> wishes(ResourceSchema schema, String list) {
    Map<String, Wish> wishes = new HashMap<>();
    FilterReader reader = new FilterReader(schema);
    for (String name : names(list)) {
      SchemaDef extension = schema.extension(name);
      if (extension != null) {
        wish(wishes, key(null, extension.id())).whole = true;
        continue;
      }
      AttributePath path;
      try {
        path = reader.readElementPath(name);
      } catch (ChangeRefused unknown) {
        continue;
      }
      Wish wish = wish(wishes, key(path.schema(), path.name()));
      if (path.element() != null) {
        wish.elements.add(path);
      } else if (path.sub() != null) {
        wish.subs.add(path.sub().toLowerCase(Locale.ROOT));
      } else {
        wish.whole = true;
      }
    }
    return wishes;
  }

  private static Wish wish(Map<String, Wish> wishes, String key) {
    return wishes.computeIfAbsent(key, k -> new Wish());
  }

  /** The names between commas that stand in no brackets and no quotes. */
  private static List<String> names(String list) {
    List<String> names = new ArrayList<>();
    int from = 0;
    int depth = 0;
    boolean quoted = false;
    for (int at = 0; at <= list.length(); at++) {
      char c = at == list.length() ? ',' : list.charAt(at);
      if (at == list.length() || (c == ',' && depth == 0 && !quoted)) {
        String name = list.substring(from, at).strip();
        if (!name.isEmpty()) {
          names.add(name);
        }
        from = at + 1;
      } else if (quoted && c == '\\') {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '[' || c == ']')) {
        depth = Math.max(0, depth + (c == '[' ? 1 : -1));
      }
    }
    return names;
  }

  /** Whether {@code attributes} was sent. */
  boolean isExplicit() {
    return only;
  }

  /** Whether a core or common attribute appears at all. */
  boolean shows(String name) {
    return shows(null, name, Returned.DEFAULT);
  }

  boolean shows(@Nullable String extension, String name, Returned returned) {
    return switch (returned) {
      case ALWAYS -> true;
      case NEVER -> false;
      case REQUEST -> only && isNamed(extension, name);
      case DEFAULT -> {
        if (only) {
          yield isNamed(extension, name);
        }
        Wish wish = named.get(key(extension, name));
        yield (wish == null || !wish.whole)
            && !(extension != null && named.containsKey(key(null, extension)));
      }
    };
  }

  /** Whether anything is said about the parts of a core attribute. */
  boolean chooses(String name) {
    Wish wish = named.get(key(null, name));
    return wish != null && !wish.whole;
  }

  /** Which sub-attributes of a complex value appear; null when the value does not at all. */
  @Nullable Predicate<AttributeDef> parts(
      @Nullable String extension, AttributeDef attribute, Attributes value) {
    Wish wish = named.get(key(extension, attribute.name()));
    if (wish == null || wish.whole) {
      return Projection::byDefault;
    }
    Set<String> subs = new HashSet<>(wish.subs);
    boolean all = false;
    for (AttributePath path : wish.elements) {
      Filter filter = path.element();
      if (filter != null && EVALUATOR.element(filter, value, attribute)) {
        all |= path.sub() == null;
        subs.add(path.sub() == null ? "" : path.sub().toLowerCase(Locale.ROOT));
      }
    }
    if (only) {
      boolean every = all;
      return !all && subs.isEmpty()
          ? null
          : sub ->
              sub.returned() == Returned.ALWAYS
                  || (sub.returned() != Returned.NEVER
                      && (every || subs.contains(sub.name().toLowerCase(Locale.ROOT))));
    }
    return all
        ? null
        : sub ->
            sub.returned() == Returned.ALWAYS
                || (byDefault(sub) && !subs.contains(sub.name().toLowerCase(Locale.ROOT)));
  }

  private static boolean byDefault(AttributeDef sub) {
    return sub.returned() == Returned.DEFAULT || sub.returned() == Returned.ALWAYS;
  }

  private boolean isNamed(@Nullable String extension, String name) {
    return named.containsKey(key(extension, name))
        || (extension != null && named.containsKey(key(null, extension)));
  }

  private static String key(@Nullable String extension, String name) {
    String key = extension == null ? name : extension + ":" + name;
    return key.toLowerCase(Locale.ROOT);
  }
}
