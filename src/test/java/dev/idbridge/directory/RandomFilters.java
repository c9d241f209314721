package dev.idbridge.directory;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Filter.Operator;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ScimSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Resources and filters that have a good chance to meet; the same for the same seed. */
final class RandomFilters {
  static final String EXTENSION = "urn:example:params:scim:schemas:extension:probe:2.0:User";

  private static final List<String> WORDS =
      List.of(
          "ada",
          "Ada",
          "ADA",
          "ada ",
          "bob",
          "Bob_1",
          "b%b",
          "é",
          "e\u0301",
          "É",
          "straße",
          "Ａｄａ",
          "😀",
          "zoe\uFFFD",
          "a!b",
          "",
          "Müller",
          "müller",
          "o'neil",
          "x\"y\\",
          "ada".repeat(90),
          "ada".repeat(90) + "z",
          "İ",
          "ΣΑΣ",
          "10",
          "9");

  private static final List<String> DATES =
      List.of(
          "2026-01-31T12:00:00Z",
          "2026-01-31T14:00:00+02:00",
          "2026-01-31T12:00:00.000000001Z",
          "2025-06-01T00:00:00Z",
          "1999-12-31T23:59:59.5-08:00");

  private final Random random;
  final ScimSchema schemas;

  RandomFilters(Random random, ScimSchema schemas) {
    this.random = random;
    this.schemas = schemas;
  }

  <T> T one(List<T> things) {
    return things.get(random.nextInt(things.size()));
  }

  private boolean often() {
    return random.nextInt(3) > 0;
  }

  private String word() {
    return random.nextInt(4) == 0 ? one(WORDS) + one(WORDS) : one(WORDS);
  }

  Attributes user(int number) {
    Map<String, Object> user = new LinkedHashMap<>();
    String userName = "u" + number + "-" + word();
    user.put("userName", TextColumn.cut(userName, 200));
    maybe(user, "displayName", word());
    maybe(user, "externalId", TextColumn.cut(word(), 500));
    maybe(user, "title", word());
    maybe(user, "active", random.nextBoolean());
    Map<String, Object> name = new LinkedHashMap<>();
    maybe(name, "familyName", word());
    maybe(name, "givenName", word());
    user.put("name", name);
    user.put("emails", elements());
    user.put("phoneNumbers", elements());
    Map<String, Object> more = new LinkedHashMap<>();
    maybe(more, "level", (long) random.nextInt(5) - 2);
    maybe(more, "factor", new BigDecimal(one(List.of("-1.5", "0", "0.25", "2", "10", "1E+3"))));
    maybe(more, "since", one(DATES));
    maybe(more, "remote", random.nextBoolean());
    maybe(more, "code", word());
    maybe(more, "tags", List.of(word(), word()));
    user.put(EXTENSION, more);
    return Attributes.of(user);
  }

  private void maybe(Map<String, Object> map, String name, Object value) {
    if (often()) {
      map.put(name, value);
    }
  }

  private List<Map<String, Object>> elements() {
    List<Map<String, Object>> elements = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Map<String, Object> element = new LinkedHashMap<>();
      maybe(element, "type", one(List.of("work", "Work", "home", "", "ada".repeat(30))));
      maybe(element, "value", TextColumn.cut(word(), 500));
      maybe(element, "primary", random.nextBoolean());
      maybe(element, "display", word());
      elements.add(element);
    }
    return elements;
  }

  static ScimSchema withProbe() {
    return new ScimSchema(
        List.of(
            new dev.idbridge.model.schema.SchemaDef(
                EXTENSION,
                "Probe",
                "One attribute of each type",
                List.of(
                    AttributeDef.of("level", AttributeDef.Type.INTEGER, "Level"),
                    AttributeDef.of("factor", AttributeDef.Type.DECIMAL, "Factor"),
                    AttributeDef.of("since", AttributeDef.Type.DATE_TIME, "Since"),
                    AttributeDef.bool("remote", "Remote"),
                    AttributeDef.string("code", "Code").exact(),
                    AttributeDef.string("tags", "Tags").many()))),
        List.of());
  }

  Filter filter(ResourceType type, List<Long> ids, int depth) {
    int kind = depth == 0 ? 9 : random.nextInt(10);
    if (kind < 2) {
      return new Filter.And(some(type, ids, depth));
    }
    if (kind < 4) {
      return new Filter.Or(some(type, ids, depth));
    }
    if (kind == 4) {
      return new Filter.Not(filter(type, ids, depth - 1));
    }
    return leaf(type, ids);
  }

  private List<Filter> some(ResourceType type, List<Long> ids, int depth) {
    List<Filter> parts = new ArrayList<>();
    for (int i = random.nextInt(3) + 1; i > 0; i--) {
      parts.add(filter(type, ids, depth - 1));
    }
    return parts;
  }

  private Filter leaf(ResourceType type, List<Long> ids) {
    if (type == ResourceType.GROUP) {
      return switch (random.nextInt(5)) {
        case 0 -> text(AttributePath.core("displayName"));
        case 1 -> text(AttributePath.core("externalId"));
        case 2 -> members("members", ids);
        case 3 -> id(AttributePath.core("id"), ids);
        default -> text(AttributePath.core("meta", "resourceType"));
      };
    }
    return switch (random.nextInt(16)) {
      case 0 -> text(AttributePath.core("userName"));
      case 1 -> text(AttributePath.core("displayName"));
      case 2 -> text(AttributePath.core("externalId"));
      case 3 -> text(AttributePath.core("title"));
      case 4 -> text(AttributePath.core("name", "familyName"));
      case 5 -> text(AttributePath.core("name", "givenName"));
      case 6 -> bool(AttributePath.core("active"));
      case 7 -> text(AttributePath.core(list(), one(List.of("value", "type", "display"))));
      case 8 -> bool(AttributePath.core(list(), "primary"));
      case 9 -> new Filter.Present(AttributePath.core(one(List.of("emails", "name", "roles"))));
      case 10, 11 -> new Filter.Element(AttributePath.core(list()), inElement(2));
      case 12 -> id(AttributePath.core("id"), ids);
      case 13 -> members("groups", ids);
      default -> typed();
    };
  }

  private String list() {
    return one(List.of("emails", "phoneNumbers"));
  }

  private Filter typed() {
    String name = one(List.of("level", "factor", "since", "remote", "code", "tags"));
    AttributePath path = new AttributePath(EXTENSION, name, null, null);
    Operator operator =
        one(List.of(Operator.EQ, Operator.NE, Operator.GT, Operator.GE, Operator.LT, Operator.LE));
    return switch (name) {
      case "level" -> new Filter.Compare(path, operator, (long) random.nextInt(5) - 2);
      case "factor" ->
          new Filter.Compare(
              path, operator, new BigDecimal(one(List.of("-1.50", "0.0", "0.25", "2.0", "1000"))));
      case "since" -> new Filter.Compare(path, operator, one(DATES));
      case "remote" -> bool(path);
      default -> text(path);
    };
  }

  private Filter inElement(int depth) {
    int kind = depth == 0 ? 9 : random.nextInt(8);
    return switch (kind) {
      case 0, 1, 2 -> new Filter.And(List.of(inElement(depth - 1), inElement(depth - 1)));
      case 3 -> new Filter.Or(List.of(inElement(depth - 1), inElement(depth - 1)));
      case 4 -> new Filter.Not(inElement(depth - 1));
      case 5 -> bool(AttributePath.core("primary"));
      case 6 -> new Filter.Compare(AttributePath.core("type"), Operator.EQ, "work");
      default -> text(AttributePath.core(one(List.of("type", "value", "display"))));
    };
  }

  private Filter text(AttributePath path) {
    if (random.nextInt(8) == 0) {
      return new Filter.Present(path);
    }
    Operator operator = one(List.of(Operator.values()));
    if (random.nextInt(10) == 0) {
      return new Filter.Compare(path, random.nextBoolean() ? Operator.EQ : Operator.NE, null);
    }
    String word = random.nextInt(8) == 0 ? "u" + random.nextInt(60) + "-" + word() : word();
    int from = word.isEmpty() ? 0 : random.nextInt(word.length());
    if (from > 0 && Character.isLowSurrogate(word.charAt(from))) {
      from--;
    }
    return new Filter.Compare(path, operator, random.nextInt(4) == 0 ? word.substring(from) : word);
  }

  private Filter bool(AttributePath path) {
    return switch (random.nextInt(6)) {
      case 0 -> new Filter.Present(path);
      case 1 -> new Filter.Compare(path, Operator.EQ, null);
      default ->
          new Filter.Compare(
              path, random.nextBoolean() ? Operator.EQ : Operator.NE, random.nextBoolean());
    };
  }

  private Filter id(AttributePath path, List<Long> ids) {
    Operator operator = random.nextInt(3) > 0 ? Operator.EQ : one(List.of(Operator.values()));
    return new Filter.Compare(path, operator, Long.toString(one(ids)));
  }

  private Filter members(String name, List<Long> ids) {
    AttributePath value = AttributePath.core(name, "value");
    Filter byId =
        new Filter.Compare(
            value, random.nextInt(5) == 0 ? Operator.NE : Operator.EQ, Long.toString(one(ids)));
    return switch (random.nextInt(4)) {
      case 0 -> new Filter.Present(AttributePath.core(name));
      case 1 -> text(AttributePath.core(name, "display"));
      default -> byId;
    };
  }
}
