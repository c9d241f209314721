package dev.idbridge.normalise;

import dev.idbridge.model.Filter;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.SchemaDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the path of a PATCH operation, or a key of a body, names. */
sealed interface Target {

  /** The resource itself: no path, or the core schema's URN. */
  record Whole() implements Target {}

  /** A whole extension. */
  record Extension(SchemaDef schema) implements Target {}

  /**
   * An attribute that no schema knows.
   *
   * @param names from the resource down: an extension's URN, the attribute, a sub-attribute
   */
  record Unknown(List<String> names) implements Target {
    public Unknown {
      names = List.copyOf(names);
    }

    String label() {
      return String.join(".", names);
    }
  }

  /**
   * An attribute.
   *
   * @param extension the extension that defines it, or null for a core attribute
   * @param element which elements of a multi-valued attribute, or null for all
   * @param sub the sub-attribute named, or null for the attribute as a whole
   */
  record Attribute(
      @Nullable SchemaDef extension,
      AttributeDef def,
      @Nullable Filter element,
      @Nullable AttributeDef sub)
      implements Target {

    /** As a client would write it, without the filter's literals. */
    String label() {
      StringBuilder text = new StringBuilder();
      if (extension != null) {
        text.append(extension.id()).append(':');
      }
      text.append(def.name());
      if (element != null) {
        text.append("[...]");
      }
      if (sub != null) {
        text.append('.').append(sub.name());
      }
      return text.toString();
    }

    boolean isReadOnly() {
      return def.isReadOnly() || (sub != null && sub.isReadOnly());
    }
  }
}
