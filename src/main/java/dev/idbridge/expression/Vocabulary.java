package dev.idbridge.expression;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.idbridge.model.Emails;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The words expressions may use, made from the schemas: {@code user} and {@code group} with their
 * SCIM attributes, each extension under the last word of its URN, such as {@code user.enterprise},
 * and {@code email}. Immutable.
 */
final class Vocabulary {
  /** Kept elsewhere, or never kept. */
  private static final Set<String> HIDDEN = Set.of("password", "groups", "members");

  private final List<CelType> types = new ArrayList<>();

  /** Attributes and extensions whose names are no identifiers, by the words they go by here. */
  private final Map<String, String> spelled = new HashMap<>();

  private final StructType user;
  private final StructType group;

  Vocabulary(ScimSchema schemas) {
    user = resource("User", schemas.of(ResourceType.USER));
    group = resource("Group", schemas.of(ResourceType.GROUP));
  }

  StructType userType() {
    return user;
  }

  StructType groupType() {
    return group;
  }

  /** The variables that speak of a user. */
  void user(Resource.User of, Map<String, Object> variables) {
    variables.put(
        "user",
        new AttributeView(
            user, of.attributes().with("active", of.active()), of.publicId(), spelled));
    variables.put("email", Emails.first(of.attributes()));
  }

  /** The variable that speaks of a group. */
  void group(Resource.Group of, Map<String, Object> variables) {
    variables.put("group", new AttributeView(group, of.attributes(), of.publicId(), spelled));
  }

  private StructType resource(String name, ResourceSchema schema) {
    Map<String, CelType> fields = new LinkedHashMap<>();
    fields.put("id", SimpleType.STRING);
    fields.put("externalId", SimpleType.STRING);
    attributes(name, schema.core().attributes(), fields);
    for (SchemaDef extension : schema.extensions()) {
      Map<String, CelType> inner = new LinkedHashMap<>();
      attributes(name + "." + extension.id(), extension.attributes(), inner);
      StructType type = struct(name + "." + extension.id(), inner);
      String word = word(extension.id());
      while (fields.containsKey(word)) {
        word = word + "_";
      }
      spelled.put(word, extension.id());
      fields.put(word, type);
    }
    return struct(name, fields);
  }

  private void attributes(String owner, List<AttributeDef> defs, Map<String, CelType> fields) {
    for (AttributeDef def : defs) {
      if (!HIDDEN.contains(def.name())) {
        CelType one = type(owner + "." + def.name(), def);
        String word = identifier(def.name());
        if (!word.equals(def.name())) {
          spelled.put(word, def.name());
        }
        fields.put(word, def.multiValued() ? ListType.create(one) : one);
      }
    }
  }

  /** The last word of a URN, leaving out the resource type and version at its end. */
  private static String word(String urn) {
    return identifier(
        urn.replaceFirst("(?i):(User|Group)$", "")
            .replaceFirst("(:v?\\d+(\\.\\d+)*)$", "")
            .replaceFirst("^.*:", ""));
  }

  private static String identifier(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_]", "_");
    return plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "_" + plain : plain;
  }

  private CelType type(String name, AttributeDef def) {
    return switch (def.type()) {
      case STRING, REFERENCE, BINARY, DATE_TIME -> SimpleType.STRING;
      case BOOLEAN -> SimpleType.BOOL;
      case INTEGER -> SimpleType.INT;
      case DECIMAL -> SimpleType.DOUBLE;
      case COMPLEX -> {
        Map<String, CelType> fields = new LinkedHashMap<>();
        attributes(name, def.subAttributes(), fields);
        yield struct(name, fields);
      }
    };
  }

  private StructType struct(String name, Map<String, CelType> fields) {
    ImmutableMap<String, CelType> all = ImmutableMap.copyOf(fields);
    StructType type =
        StructType.create(name, all.keySet(), field -> Optional.ofNullable(all.get(field)));
    types.add(type);
    return type;
  }

  CelTypeProvider types() {
    return new Types(ImmutableList.copyOf(types));
  }

  private record Types(ImmutableList<CelType> types) implements CelTypeProvider {
    @Override
    public Optional<CelType> findType(String name) {
      return types.stream().filter(type -> type.name().equals(name)).findFirst();
    }
  }

  /** A field of any type that is spelled like this but for its case. */
  Optional<String> spelling(String field) {
    return types.stream()
        .flatMap(type -> ((StructType) type).fieldNames().stream())
        .filter(name -> name.equalsIgnoreCase(field))
        .findFirst();
  }
}
