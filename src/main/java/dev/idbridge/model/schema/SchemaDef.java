package dev.idbridge.model.schema;

import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A schema: a URN and the attributes it defines (RFC 7643 section 7). Immutable. */
public final class SchemaDef {
  private final String id;
  private final String name;
  private final String description;
  private final List<AttributeDef> attributes;
  private final TreeMap<String, AttributeDef> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  public SchemaDef(String id, String name, String description, List<AttributeDef> attributes) {
    this.id = id;
    this.name = name;
    this.description = description;
    this.attributes = List.copyOf(attributes);
    for (AttributeDef attribute : this.attributes) {
      byName.put(attribute.name(), attribute);
    }
  }

  /** The URN. */
  public String id() {
    return id;
  }

  public String name() {
    return name;
  }

  public String description() {
    return description;
  }

  public List<AttributeDef> attributes() {
    return attributes;
  }

  /** The attribute of this name in any case, or null. */
  public @Nullable AttributeDef attribute(String wanted) {
    return byName.get(wanted);
  }

  @Override
  public String toString() {
    return id;
  }
}
