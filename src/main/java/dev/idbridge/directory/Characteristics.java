package dev.idbridge.directory;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.AttributeDef.Mutability;
import dev.idbridge.model.schema.AttributeDef.Uniqueness;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds whole resources to what their schemas ask, however the change was sent: required attributes
 * and sub-attributes, required extensions, immutable values. Only what a schema asks for is looked
 * at, which for the standard schemas is next to nothing. Pure, thread-safe.
 */
final class Characteristics {
  private final Map<ResourceType, ResourceSchema> schemas = new EnumMap<>(ResourceType.class);
  private final Map<ResourceType, List<Place>> asking = new EnumMap<>(ResourceType.class);
  private final Map<ResourceType, List<Place>> unique = new EnumMap<>(ResourceType.class);

  /**
   * An attribute and where it sits.
   *
   * @param extension null for the core schema
   */
  record Place(@Nullable SchemaDef extension, AttributeDef def) {
    String label() {
      return extension == null ? def.name() : extension.id() + ":" + def.name();
    }

    Attributes container(Attributes resource) {
      return extension == null ? resource : resource.complex(extension.id());
    }

    @Nullable Object value(Attributes resource) {
      return container(resource).get(def.name());
    }
  }

  Characteristics(ScimSchema table) {
    for (ResourceType type : ResourceType.values()) {
      ResourceSchema schema = table.of(type);
      schemas.put(type, schema);
      List<Place> all = new ArrayList<>();
      schema.core().attributes().forEach(def -> all.add(new Place(null, def)));
      for (SchemaDef extension : schema.extensions()) {
        extension.attributes().forEach(def -> all.add(new Place(extension, def)));
      }
      asking.put(type, all.stream().filter(place -> asks(type, place)).toList());
      unique.put(
          type,
          all.stream()
              .filter(p -> p.extension() != null && p.def().uniqueness() != Uniqueness.NONE)
              .toList());
    }
  }

  /** Names are looked after elsewhere, and members are no attributes here. */
  private static boolean asks(ResourceType type, Place place) {
    AttributeDef def = place.def();
    String name = def.name();
    return (place.extension() != null
            || (!name.equals(Held.nameAttribute(type)) && !name.equals("members")))
        && (demands(def) || def.subAttributes().stream().anyMatch(Characteristics::demands));
  }

  private static boolean demands(AttributeDef def) {
    return def.required() || def.mutability() == Mutability.IMMUTABLE;
  }

  /** Extension attributes whose values are unique. */
  List<Place> unique(ResourceType type) {
    return unique.getOrDefault(type, List.of());
  }

  /** What a PUT says, with the immutable values that it leaves out (RFC 7644 section 3.5.1). */
  Attributes replaced(ResourceType type, Attributes before, Attributes sent) {
    Attributes after = sent;
    for (Place place : asking.getOrDefault(type, List.of())) {
      Object kept = place.value(before);
      if (place.def().mutability() == Mutability.IMMUTABLE
          && kept != null
          && place.value(sent) == null) {
        SchemaDef extension = place.extension();
        String name = place.def().name();
        after =
            extension == null
                ? after.with(name, kept)
                : after.with(extension.id(), after.complex(extension.id()).with(name, kept));
      }
    }
    return after;
  }

  /**
   * Refuses a resource that its schemas do not allow.
   *
   * @param before null for a new one
   */
  void check(ResourceType type, @Nullable Attributes before, Attributes after)
      throws ChangeRefused {
    ResourceSchema schema = schemas.get(type);
    if (schema == null) {
      return;
    }
    for (SchemaDef extension : schema.extensions()) {
      if (schema.requires(extension) && after.complex(extension.id()).isEmpty()) {
        throw invalid(extension.id(), "is required of every " + type.word() + "; send it");
      }
    }
    for (Place place : asking.getOrDefault(type, List.of())) {
      Object value = place.value(after);
      if (value == null && place.def().required() && !place.container(after).isEmpty()) {
        throw invalid(place.label(), "is required and cannot be empty");
      }
      checkElements(place, value);
      if (before != null) {
        checkImmutable(place, place.value(before), value);
      }
    }
  }

  private static void checkElements(Place place, @Nullable Object value) throws ChangeRefused {
    for (AttributeDef sub : place.def().subAttributes()) {
      if (!sub.required()) {
        continue;
      }
      for (Object element :
          value instanceof List<?> list ? list : value == null ? List.of() : List.of(value)) {
        if (element instanceof Attributes complex && complex.get(sub.name()) == null) {
          throw invalid(place.label() + "." + sub.name(), "is required and cannot be empty");
        }
      }
    }
  }

  private static void checkImmutable(Place place, @Nullable Object before, @Nullable Object after)
      throws ChangeRefused {
    if (before == null) {
      return;
    }
    if (place.def().mutability() == Mutability.IMMUTABLE && !Objects.equals(before, after)) {
      throw immutable(place.label());
    }
    if (before instanceof Attributes old) {
      for (AttributeDef sub : place.def().subAttributes()) {
        Object own = old.get(sub.name());
        Object now = after instanceof Attributes complex ? complex.get(sub.name()) : null;
        if (sub.mutability() == Mutability.IMMUTABLE && own != null && !own.equals(now)) {
          throw immutable(place.label() + "." + sub.name());
        }
      }
    }
  }

  private static ChangeRefused immutable(String label) {
    return new ChangeRefused(
        Reason.MUTABILITY, "'" + label + "' is immutable: it cannot change once it is set");
  }

  private static ChangeRefused invalid(String label, String problem) {
    return new ChangeRefused(Reason.INVALID_VALUE, "'" + label + "' " + problem);
  }
}
