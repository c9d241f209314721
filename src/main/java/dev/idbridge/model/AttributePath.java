package dev.idbridge.model;

import org.jspecify.annotations.Nullable;

/**
 * A resolved attribute path (RFC 7644 section 3.10).
 *
 * @param schema URN of the extension that defines the attribute, or null for the core schema
 * @param name the attribute as the schema spells it; empty when the path names a whole extension
 * @param element the value filter between brackets, or null
 * @param sub the sub-attribute as the schema spells it, or null
 */
public record AttributePath(
    @Nullable String schema, String name, @Nullable Filter element, @Nullable String sub) {

  public static AttributePath core(String name) {
    return new AttributePath(null, name, null, null);
  }

  public static AttributePath core(String name, String sub) {
    return new AttributePath(null, name, null, sub);
  }

  /** As a client would write it, without the value filter's literals. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (schema != null) {
      text.append(schema).append(name.isEmpty() ? "" : ":");
    }
    text.append(name);
    if (element != null) {
      text.append("[...]");
    }
    if (sub != null) {
      text.append('.').append(sub);
    }
    return text.toString();
  }
}
