package dev.idbridge.normalise;

import static dev.idbridge.normalise.Patches.ENTERPRISE;
import static dev.idbridge.normalise.Patches.KEEPING;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random PATCHes in the shapes of lenient clients, with empty objects, unassigned values and parts
 * that nobody knows, against a model on plain maps and lists that says case by case what each does.
 */
class PatchModelTest {
  private static final int CASES = Integer.getInteger("patch.model.cases", 20_000);
  private static final String ACME = "urn:acme:2.0:User";
  private static final JsonMapper MAPPER = new JsonMapper();

  private Random random = new Random();
  private boolean keeps;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPatchDoesWhatThePlainModelSays(boolean keeping) throws Exception {
    long seed = Long.getLong("patch.model.seed", System.nanoTime());
    System.out.println("PATCH against the plain model, keeping " + keeping + ", seed " + seed);
    random = new Random(seed);
    keeps = keeping;
    DirectorySettings settings = keeping ? KEEPING : DirectorySettings.DEFAULT;
    for (int i = 0; i < CASES; i++) {
      Map<String, Object> state = state();
      Attributes before = Attributes.of(state);
      List<Map<String, Object>> operations = new ArrayList<>();
      Map<String, Object> expected = state;
      for (int step = 0; step <= random.nextInt(3); step++) {
        String op = List.of("add", "replace", "remove").get(random.nextInt(3));
        String path = path();
        Object value = value(path);
        expected = expected == null ? null : applied(copy(expected), op, path, value);
        operations.add(operation(op, path, value));
      }
      JsonNode body = MAPPER.valueToTree(Map.of("Operations", operations));
      assertThat(patched(settings, before, body))
          .as("seed %s: %s on %s", seed, body, MAPPER.valueToTree(state))
          .isEqualTo(expected == null ? null : text(Attributes.of(expected)));
    }
  }

  private static @Nullable String patched(
      DirectorySettings settings, Attributes before, JsonNode body) {
    try {
      UserChange.Patch patch =
          (UserChange.Patch)
              Patches.NORMALISER.patch(ResourceType.USER, "1", body, new Reading(settings));
      return text(patch.patch().applyTo(before));
    } catch (ChangeRefused refused) {
      return null;
    }
  }

  private static String text(Object value) {
    return switch (value) {
      case Attributes complex -> {
        List<String> parts = new ArrayList<>();
        complex.asMap().forEach((name, each) -> parts.add(name + "=" + text(each)));
        yield parts.toString();
      }
      case List<?> list -> list.stream().map(PatchModelTest::text).toList().toString();
      default -> value.toString();
    };
  }

  // The generator

  private String word() {
    return "w" + random.nextInt(4);
  }

  private Map<String, Object> state() {
    Map<String, Object> user = new LinkedHashMap<>(Map.of("userName", "ada", "active", true));
    if (random.nextInt(4) > 0) {
      user.put("title", word());
    }
    if (random.nextInt(4) > 0) {
      user.put("name", new LinkedHashMap<>(Map.of("givenName", word(), "familyName", word())));
    }
    List<Object> emails = new ArrayList<>();
    for (String type : List.of("work", "home")) {
      if (random.nextInt(3) > 0) {
        emails.add(new LinkedHashMap<>(Map.of("value", word(), "type", type)));
      }
    }
    user.put("emails", emails);
    if (random.nextInt(4) > 0) {
      Map<String, Object> enterprise = new LinkedHashMap<>(Map.of("department", word()));
      if (random.nextBoolean()) {
        enterprise.put("manager", new LinkedHashMap<>(Map.of("value", "7")));
      }
      user.put(ENTERPRISE, enterprise);
    }
    if (keeps && random.nextBoolean()) {
      user.put("badge", random.nextBoolean() ? word() : new LinkedHashMap<>(Map.of("a", word())));
    }
    if (keeps && random.nextBoolean()) {
      user.put(ACME, new LinkedHashMap<>(Map.of("site", word())));
    }
    return user;
  }

  private String path() {
    List<String> paths =
        List.of(
            "title",
            "name",
            "name.givenName",
            "name.pet",
            "emails",
            "emails[type eq \"work\"]",
            "emails[type eq \"work\"].value",
            "emails[type eq \"work\"].verified",
            "emails.verified",
            ENTERPRISE,
            ENTERPRISE + ":department",
            ENTERPRISE + ":department.code",
            ENTERPRISE + ":manager",
            "department.code",
            "title.code",
            "userName.first",
            "badge",
            "badge.a",
            ACME,
            ACME + ":site");
    return paths.get(random.nextInt(paths.size()));
  }

  /** A value that fits the path: perhaps unassigned, perhaps an object that says nothing. */
  private @Nullable Object value(String path) {
    boolean complex =
        List.of("name", "emails", "emails[type eq \"work\"]", ENTERPRISE, "badge", ACME)
            .contains(path);
    int dice = random.nextInt(8);
    if (dice < 3) {
      return dice == 0 ? null : dice == 1 ? "" : List.of();
    }
    if (dice == 3 && (complex || path.endsWith("manager"))) {
      return Map.of();
    }
    return switch (path) {
      case "name" -> object("givenName", "familyName", "pet");
      case "emails" -> random.nextInt(4) == 0 ? List.of(Map.of()) : List.of(email());
      case "emails[type eq \"work\"]" -> object("value", "display", "verified");
      case ENTERPRISE -> object("department", "floor");
      case "badge" -> random.nextBoolean() ? word() : object("a", "b");
      case ACME -> object("site", "more");
      default -> path.endsWith("manager") && dice == 4 ? Map.of("value", word()) : word();
    };
  }

  private Map<String, Object> email() {
    return Map.of("value", word(), "type", List.of("work", "home").get(random.nextInt(2)));
  }

  private Map<String, Object> object(String... names) {
    Map<String, Object> object = new LinkedHashMap<>();
    while (object.isEmpty()) {
      for (String name : names) {
        if (random.nextInt(3) == 0) {
          object.put(name, random.nextInt(5) == 0 ? null : word());
        }
      }
    }
    return object;
  }

  private Map<String, Object> operation(String op, String path, @Nullable Object value) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("op", random.nextBoolean() ? op : op.toUpperCase(java.util.Locale.ROOT));
    boolean asKey = !op.equals("remove") && random.nextInt(3) == 0;
    if (!asKey) {
      operation.put("path", path);
    }
    if (!op.equals("remove")) {
      Map<String, Object> keyed = new LinkedHashMap<>();
      keyed.put(path, value);
      operation.put("value", asKey ? keyed : value);
    }
    return operation;
  }

  // The model

  @SuppressWarnings("unchecked")
  private static Map<String, Object> copy(Map<String, Object> state) {
    return (Map<String, Object>) MAPPER.convertValue(state, Map.class);
  }

  private static boolean unassigned(@Nullable Object value) {
    return value == null || value.equals("") || value.equals(List.of());
  }

  /** What is there after one operation, or null when it is refused. */
  private @Nullable Map<String, Object> applied(
      Map<String, Object> user, String op, String path, @Nullable Object given) {
    Object value = op.equals("remove") ? null : given;
    boolean nothing = Map.of().equals(value);
    switch (path) {
      case "title" -> put(user, "title", value);
      case "name" -> {
        if (!nothing) {
          merge(user, "name", value, List.of("givenName", "familyName"));
        }
      }
      case "name.givenName" -> put(part(user, "name"), "givenName", value);
      case "name.pet" -> {
        if (keeps) {
          put(part(user, "name"), "pet", value);
        }
      }
      case "emails" -> emails(user, op, value);
      case "emails[type eq \"work\"]" -> {
        return chosen(user, op, value) ? user : null;
      }
      case "emails[type eq \"work\"].value" -> workValue(user, value);
      case ENTERPRISE -> {
        if (!nothing) {
          merge(user, ENTERPRISE, value, List.of("department"));
        }
      }
      case ENTERPRISE_DEPARTMENT -> put(part(user, ENTERPRISE), "department", value);
      case ENTERPRISE_MANAGER -> {
        Object id = value instanceof Map<?, ?> object ? object.get("value") : value;
        put(
            part(user, ENTERPRISE),
            "manager",
            unassigned(id) ? null : new LinkedHashMap<>(Map.of("value", String.valueOf(id))));
      }
      case "badge", ACME -> {
        if (keeps && !nothing) {
          raw(user, path, value);
        }
      }
      case "badge.a" -> {
        if (keeps && !(user.get("badge") instanceof String)) {
          put(part(user, "badge"), "a", value);
        }
      }
      case ACME_SITE -> {
        if (keeps) {
          put(part(user, ACME), "site", value);
        }
      }
      default -> {
        // Parts of known attributes that no schema knows: nothing happens.
      }
    }
    return user;
  }

  private static final String ENTERPRISE_DEPARTMENT =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
  private static final String ENTERPRISE_MANAGER =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
  private static final String ACME_SITE = ACME + ":site";

  @SuppressWarnings("unchecked")
  private static Map<String, Object> part(Map<String, Object> user, String name) {
    return (Map<String, Object>) user.computeIfAbsent(name, n -> new LinkedHashMap<>());
  }

  private static void put(Map<String, Object> object, String name, @Nullable Object value) {
    if (unassigned(value)) {
      object.remove(name);
    } else {
      object.put(name, value);
    }
  }

  private void merge(
      Map<String, Object> user, String name, @Nullable Object value, List<String> known) {
    if (!(value instanceof Map<?, ?> object)) {
      user.remove(name);
      return;
    }
    object.forEach(
        (sub, each) -> {
          boolean isKnown = known.contains(sub);
          if (isKnown || (keeps && (each != null || name.equals(ENTERPRISE)))) {
            put(part(user, name), String.valueOf(sub), each);
          }
        });
  }

  private static void raw(Map<String, Object> user, String name, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> object)) {
      put(user, name, value);
      return;
    }
    if (!(user.get(name) instanceof Map<?, ?>)) {
      if (object.values().stream().allMatch(PatchModelTest::unassigned)) {
        return;
      }
      user.remove(name);
    }
    object.forEach((sub, each) -> put(part(user, name), String.valueOf(sub), each));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> user) {
    return (List<Map<String, Object>>) user.computeIfAbsent("emails", n -> new ArrayList<>());
  }

  private static void emails(Map<String, Object> user, String op, @Nullable Object value) {
    if (op.equals("remove") || (op.equals("replace") && !Map.of().equals(value))) {
      user.remove("emails");
    }
    if (value instanceof List<?> given) {
      for (Object each : given) {
        Map<?, ?> email = (Map<?, ?>) each;
        if (email.isEmpty()) {
          continue;
        }
        boolean there =
            list(user).stream()
                .anyMatch(
                    one ->
                        email.get("value").equals(one.get("value"))
                            && email.get("type").equals(one.get("type")));
        if (!there) {
          list(user)
              .add(
                  new LinkedHashMap<>(
                      Map.of("value", email.get("value"), "type", email.get("type"))));
        }
      }
    }
  }

  private static void distinct(Map<String, Object> user, List<Map<String, Object>> touched) {
    Map<Object, Map<String, Object>> distinct = new LinkedHashMap<>();
    for (Map<String, Object> one : list(user)) {
      Object identity =
          one.get("value") == null
              ? new LinkedHashMap<>(one)
              : List.of(one.get("value"), String.valueOf(one.get("type")));
      if (touched.stream().anyMatch(changed -> changed == one) || !distinct.containsKey(identity)) {
        distinct.put(identity, one);
      }
    }
    user.put("emails", new ArrayList<>(distinct.values()));
  }

  private static boolean isWork(Map<String, Object> email) {
    return "work".equals(email.get("type"));
  }

  private static boolean hollow(Map<String, Object> email) {
    return email.keySet().stream().allMatch("type"::equals);
  }

  private boolean chosen(Map<String, Object> user, String op, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> object)) {
      list(user).removeIf(PatchModelTest::isWork);
      return true;
    }
    Map<String, Object> given = new LinkedHashMap<>();
    List<String> cleared = new ArrayList<>();
    object.forEach(
        (sub, each) -> {
          boolean known = !sub.equals("verified");
          if (each == null && known) {
            cleared.add(String.valueOf(sub));
          } else if (each != null && (known || keeps)) {
            given.put(String.valueOf(sub), each);
          }
        });
    if (given.isEmpty() && cleared.isEmpty()) {
      return true;
    }
    if (op.equals("replace") && given.isEmpty()) {
      list(user).removeIf(PatchModelTest::isWork);
      return true;
    }
    if (op.equals("add")) {
      for (String sub : cleared) {
        without(user, sub);
      }
    }
    List<Map<String, Object>> matching =
        list(user).stream().filter(PatchModelTest::isWork).toList();
    if (matching.isEmpty() && op.equals("replace")) {
      return false;
    }
    if (given.isEmpty()) {
      return true;
    }
    List<Map<String, Object>> touched = new ArrayList<>(matching);
    if (matching.isEmpty()) {
      Map<String, Object> made = new LinkedHashMap<>(Map.of("type", "work"));
      list(user).add(made);
      touched.add(made);
    }
    for (Map<String, Object> one : touched) {
      if (op.equals("replace")) {
        one.clear();
        one.put("type", "work");
      }
      one.putAll(given);
    }
    distinct(user, touched);
    return true;
  }

  private static void without(Map<String, Object> user, String sub) {
    for (Map<String, Object> one : List.copyOf(list(user))) {
      if (isWork(one)) {
        boolean was = hollow(one);
        one.remove(sub);
        if (hollow(one) && !was) {
          list(user).removeIf(each -> each == one);
        }
      }
    }
  }

  private static void workValue(Map<String, Object> user, @Nullable Object value) {
    if (unassigned(value)) {
      without(user, "value");
      return;
    }
    List<Map<String, Object>> touched =
        new ArrayList<>(list(user).stream().filter(PatchModelTest::isWork).toList());
    if (touched.isEmpty()) {
      touched.add(new LinkedHashMap<>(Map.of("type", "work")));
      list(user).add(touched.getFirst());
    }
    touched.forEach(one -> one.put("value", String.valueOf(value)));
    distinct(user, touched);
  }
}
