package dev.idbridge.scim;

import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which attributes an answer carries (RFC 7644 section 3.9). {@code attributes} names the ones
 * wanted, {@code excludedAttributes} the ones left out; the first wins when both are sent.
 * Attributes that are always returned stay, ones never returned do not appear. Names nobody knows
 * are ignored; a value filter in a name counts as the whole attribute.
 */
final class Projection {
  /** Everything that is returned by default. */
  static final Projection DEFAULT = new Projection(false, Map.of());

  private final boolean only;

  /** By lower-case key; the sub-attributes named, empty for the attribute as a whole. */
  private final Map<String, Set<String>> named;

  private Projection(boolean only, Map<String, Set<String>> named) {
    this.only = only;
    this.named = named;
  }

  static Projection of(ResourceSchema schema, Query query) {
    String attributes = query.get("attributes");
    String excluded = query.get("excludedAttributes");
    if (attributes != null && !attributes.isBlank()) {
      return new Projection(true, names(schema, attributes));
    }
    return excluded == null || excluded.isBlank()
        ? DEFAULT
        : new Projection(false, names(schema, excluded));
  }

  private static Map<String, Set<String>> names(ResourceSchema schema, String list) {
    Map<String, Set<String>> named = new HashMap<>();
    for (String part : list.split(",", -1)) {
      String name = part.strip().toLowerCase(Locale.ROOT);
      String core = schema.core().id().toLowerCase(Locale.ROOT) + ":";
      if (name.startsWith(core)) {
        name = name.substring(core.length());
      }
      int urnEnd = urnEnd(schema, name);
      int bracket = name.indexOf('[', urnEnd);
      int dot = name.indexOf('.', urnEnd);
      int end = bracket >= 0 ? bracket : dot >= 0 ? dot : name.length();
      String key = name.substring(0, end);
      String sub = bracket < 0 && dot >= 0 ? name.substring(dot + 1) : "";
      if (key.isEmpty()) {
        continue;
      }
      Set<String> before = named.get(key);
      if (sub.isEmpty()) {
        named.put(key, Set.of());
      } else if (before == null) {
        named.put(key, new HashSet<>(Set.of(sub)));
      } else if (!before.isEmpty()) {
        before.add(sub);
      }
    }
    return named;
  }

  /** Where an extension's URN ends in a name; dots before belong to the URN. */
  private static int urnEnd(ResourceSchema schema, String name) {
    for (SchemaDef extension : schema.extensions()) {
      if (name.startsWith(extension.id().toLowerCase(Locale.ROOT))) {
        return extension.id().length();
      }
    }
    return 0;
  }

  /** Whether {@code attributes} was sent. */
  boolean isExplicit() {
    return only;
  }

  /** Whether a core or common attribute appears at all. */
  boolean shows(String name) {
    return shows(null, name, AttributeDef.Returned.DEFAULT);
  }

  boolean shows(@Nullable String extension, String name, AttributeDef.Returned returned) {
    return switch (returned) {
      case ALWAYS -> true;
      case NEVER -> false;
      case REQUEST -> only && isNamed(extension, name);
      case DEFAULT -> {
        if (only) {
          yield isNamed(extension, name);
        }
        Set<String> subs = named.get(key(extension, name));
        boolean whole = subs != null && subs.isEmpty();
        yield !whole && !(extension != null && named.containsKey(key(null, extension)));
      }
    };
  }

  /** Whether a sub-attribute of an attribute that appears does so too. */
  boolean showsSub(@Nullable String extension, String name, String sub) {
    if (named.isEmpty()) {
      return true;
    }
    Set<String> subs = named.get(key(extension, name));
    if (subs == null || subs.isEmpty()) {
      return true;
    }
    return only == subs.contains(sub.toLowerCase(Locale.ROOT));
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
