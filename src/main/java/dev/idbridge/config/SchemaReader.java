package dev.idbridge.config;

import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.AttributeDef.Mutability;
import dev.idbridge.model.schema.AttributeDef.Returned;
import dev.idbridge.model.schema.AttributeDef.Type;
import dev.idbridge.model.schema.AttributeDef.Uniqueness;
import dev.idbridge.model.schema.SchemaDef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads one extension schema in the words of RFC 7643 section 7, with {@code resourceType} and
 * {@code required} beside them. What {@code /Schemas} answers can be read here.
 */
final class SchemaReader {
  private static final Pattern URN =
      Pattern.compile("urn:[a-z0-9][a-z0-9-]{0,31}(:[A-Za-z0-9._~+-]+)+");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}");
  private static final Pattern SUB_NAME = Pattern.compile("[A-Za-z$][A-Za-z0-9_-]{0,99}");
  private static final int LONGEST_URN = 200;

  private final Section top;

  SchemaReader(Section top) {
    this.top = top;
  }

  SchemaDef read() {
    top.accept("schemas");
    top.accept("meta");
    String id = top.text("id", "");
    if (!URN.matcher(id).matches() || id.length() > LONGEST_URN) {
      top.problem(
          "id",
          (id.isEmpty() ? "is missing" : "is '" + id + "'")
              + ", must be a URN such as urn:ietf:params:scim:schemas:extension:acme:2.0:User");
    }
    String name = top.text("name", "");
    if (name.isBlank()) {
      top.problem("name", "is missing; name the extension, such as AcmeUser");
    }
    List<AttributeDef> attributes = attributes(top.sections("attributes"), false);
    if (attributes.isEmpty()) {
      top.problem("attributes", "says nothing; declare at least one attribute");
    }
    return new SchemaDef(id, name, top.text("description", ""), attributes);
  }

  /** What the schema extends. */
  Set<ResourceType> resourceTypes() {
    Set<ResourceType> types = EnumSet.noneOf(ResourceType.class);
    for (String word : top.list("resourceType")) {
      Arrays.stream(ResourceType.values())
          .filter(type -> type.word().equals(word))
          .findFirst()
          .ifPresentOrElse(
              types::add,
              () -> top.problem("resourceType", "has '" + word + "', must be User or Group"));
    }
    if (top.list("resourceType").isEmpty()) {
      top.problem("resourceType", "is missing; write User, Group or [User, Group]");
    }
    return types;
  }

  private List<AttributeDef> attributes(List<Section> sections, boolean sub) {
    List<AttributeDef> all = new ArrayList<>();
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (Section section : sections) {
      AttributeDef attribute = attribute(section, sub);
      if (!attribute.name().isEmpty() && !names.add(attribute.name())) {
        section.problem("name", "is '" + attribute.name() + "' a second time; name it differently");
      }
      all.add(attribute);
    }
    return all;
  }

  private AttributeDef attribute(Section s, boolean sub) {
    String name = s.text("name", "");
    if (!(sub ? SUB_NAME : NAME).matcher(name).matches()) {
      s.problem(
          "name",
          (name.isEmpty() ? "is missing" : "is '" + name + "'")
              + ", must be a letter followed by letters, digits, - and _");
    }
    Type type = of(s, "type", Type.STRING, Type.values(), Type::word);
    Mutability mutability =
        of(s, "mutability", Mutability.READ_WRITE, Mutability.values(), Mutability::word);
    Returned returned =
        of(
            s,
            "returned",
            mutability == Mutability.WRITE_ONLY ? Returned.NEVER : Returned.DEFAULT,
            Returned.values(),
            Returned::word);
    Uniqueness uniqueness =
        of(s, "uniqueness", Uniqueness.NONE, Uniqueness.values(), Uniqueness::word);
    boolean many = s.flag("multiValued", false);
    boolean required = s.flag("required", false);
    boolean exact = s.flag("caseExact", type == Type.REFERENCE || type == Type.BINARY);
    List<AttributeDef> subs = attributes(s.sections("subAttributes"), true);
    List<String> references = s.list("referenceTypes");
    checkShape(s, sub, type, subs, references);
    check(s, name, sub, type, many, required, mutability, returned, uniqueness);
    return new AttributeDef(
        name,
        type,
        many,
        required,
        exact,
        mutability,
        returned,
        uniqueness,
        s.text("description", ""),
        s.list("canonicalValues"),
        references,
        subs);
  }

  private static void checkShape(
      Section s, boolean sub, Type type, List<AttributeDef> subs, List<String> references) {
    if (type == Type.COMPLEX) {
      if (sub) {
        s.problem("type", "is complex inside a complex attribute; RFC 7643 has one level only");
      } else if (subs.isEmpty()) {
        s.problem("subAttributes", "says nothing; a complex attribute consists of some");
      }
    } else if (!subs.isEmpty()) {
      s.problem("subAttributes", "belong to the type complex; this is a " + type.word());
    }
    if (!references.isEmpty() && type != Type.REFERENCE) {
      s.problem("referenceTypes", "belong to the type reference; this is a " + type.word());
    }
  }

  private static void check(
      Section s,
      String name,
      boolean sub,
      Type type,
      boolean many,
      boolean required,
      Mutability mutability,
      Returned returned,
      Uniqueness uniqueness) {
    if (name.toLowerCase(Locale.ROOT).equals("password") && mutability != Mutability.WRITE_ONLY) {
      s.problem("mutability", "of a password must be writeOnly: it is taken and not stored");
    }
    if (mutability == Mutability.WRITE_ONLY && returned != Returned.NEVER) {
      s.problem("returned", "must be never, since mutability is writeOnly");
    }
    if (required && (mutability == Mutability.READ_ONLY || mutability == Mutability.WRITE_ONLY)) {
      s.problem(
          "required",
          "cannot be true, since mutability is " + mutability.word() + ": never stored");
    }
    boolean comparable = type != Type.COMPLEX && type != Type.BOOLEAN && type != Type.BINARY;
    if (uniqueness != Uniqueness.NONE && (sub || many || !comparable)) {
      s.problem(
          "uniqueness",
          "can be asked of a single text, number, date or reference of the extension itself; write"
              + " none");
    }
  }

  private static <T> T of(
      Section s, String key, T otherwise, T[] values, Function<T, String> word) {
    List<String> words = Arrays.stream(values).map(word).toList();
    return values[words.indexOf(s.word(key, word.apply(otherwise), words))];
  }
}
