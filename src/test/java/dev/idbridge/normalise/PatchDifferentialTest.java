package dev.idbridge.normalise;

import static dev.idbridge.normalise.Patches.ENTERPRISE;
import static dev.idbridge.normalise.Patches.PATCH_OP;
import static dev.idbridge.normalise.Patches.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The same random users and PATCHes into our compiler, strict, and into an implementation that is
 * not ours. Where they differ, one of the sentences of {@link #excused} must say why ours is right.
 */
class PatchDifferentialTest {
  private static final int CASES = Integer.getInteger("differential.cases", 4_000);
  private static final List<String> LISTS = List.of("emails", "phoneNumbers", "roles");
  private static final JsonMapper MAPPER = new JsonMapper();

  private final PatchOracle oracle = new PatchOracle();

  @Test
  void everyDifferenceFromAnotherImplementationIsExcusedByTheRfc() throws Exception {
    long seed = Long.getLong("differential.seed", System.nanoTime());
    System.out.println("PATCH against the other implementation, seed " + seed);
    RandomUsers users = new RandomUsers(seed);
    Map<String, Integer> excuses = new TreeMap<>();
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < CASES; i++) {
      ObjectNode user = users.user();
      ObjectNode operation = users.operation();
      Attributes before = read(user.toString());
      Attributes ours = ours(before, operation);
      Attributes theirs = theirs(user, operation);
      if (same(ours, theirs)) {
        excuses.merge("none: equal", 1, Integer::sum);
        continue;
      }
      String excuse = excused(before, operation, ours, theirs);
      if (excuse == null) {
        differences.add(
            "%s%n   %s%n   ours   %s%n   theirs %s (%s)"
                .formatted(user, operation, text(ours), text(theirs), oracle.last));
      } else {
        excuses.merge(excuse, 1, Integer::sum);
      }
    }
    System.out.println(excuses);
    assertThat(differences.stream().limit(10)).as(differences.size() + " differences").isEmpty();
  }

  @Test
  void operationsInOneRequestDoWhatTheyDoOneByOne() throws Exception {
    long seed = Long.getLong("differential.seed", System.nanoTime());
    System.out.println("operations one by one, seed " + seed);
    RandomUsers users = new RandomUsers(seed);
    for (int i = 0; i < CASES; i++) {
      Attributes before = read(users.user().toString());
      List<ObjectNode> operations = new ArrayList<>();
      Attributes stepwise = before;
      for (int step = 0; step < 4; step++) {
        ObjectNode operation = users.operation();
        operations.add(operation);
        stepwise = stepwise == null ? null : oursOf(stepwise, body(operation));
      }
      String all =
          "{\"schemas\":[\"%s\"],\"Operations\":%s}".formatted(PATCH_OP, operations.toString());
      assertThat(oursOf(before, all)).as("%s %s", text(before), operations).isEqualTo(stepwise);
    }
  }

  /** Why ours may differ, or null when nothing says so. */
  private static @Nullable String excused(
      Attributes before,
      ObjectNode operation,
      @Nullable Attributes ours,
      @Nullable Attributes theirs) {
    String op = operation.get("op").asText();
    if (op.equals("remove") && before.equals(ours) && theirs == null) {
      return "remove of what is not there: unassigned already (RFC 7644 section 3.5.2.2)";
    }
    String path = operation.path("path").asText();
    if (ours == null || theirs == null) {
      return null;
    }
    for (String name : union(ours, theirs)) {
      if (!Objects.equals(ours.get(name), theirs.get(name))
          && (!LISTS.contains(name) || !pairs(ours, name).equals(pairs(theirs, name)))) {
        return null;
      }
    }
    if (op.equals("replace") && path.endsWith("]")) {
      return "chosen elements are replaced as a whole (RFC 7644 section 3.5.2.3)";
    }
    return "no value and type stand twice (RFC 7643 section 2.4; RFC 7644 section 3.5.2.1)";
  }

  private static Set<String> union(Attributes a, Attributes b) {
    Set<String> names = new TreeSet<>(a.names());
    names.addAll(b.names());
    return names;
  }

  private static Set<String> pairs(Attributes user, String name) {
    Set<String> pairs = new TreeSet<>();
    for (Object element : user.list(name)) {
      Attributes complex = (Attributes) element;
      pairs.add(complex.get("value") + " " + complex.get("type"));
    }
    return pairs;
  }

  private static Attributes read(String json) throws ChangeRefused, java.io.IOException {
    Attributes user =
        ((UserChange.Create) Patches.NORMALISER.create(ResourceType.USER, MAPPER.readTree(json)))
            .attributes();
    return demoted(user);
  }

  /**
   * {@code primary: false} and none are the same; elements have no order (RFC 7643 section 2.4).
   */
  private static Attributes demoted(Attributes user) {
    Attributes result = user;
    for (String name : LISTS) {
      List<Object> elements = new ArrayList<>();
      for (Object element : user.list(name)) {
        Attributes complex = (Attributes) element;
        elements.add(complex.flag("primary", false) ? complex : complex.without("primary"));
      }
      elements.sort(Comparator.comparing(PatchDifferentialTest::asText));
      result = result.with(name, elements);
    }
    return result;
  }

  private static @Nullable Attributes ours(Attributes before, ObjectNode operation)
      throws java.io.IOException {
    Attributes after = oursOf(before, body(operation));
    return after == null ? null : demoted(after);
  }

  private static @Nullable Attributes oursOf(Attributes before, String body)
      throws java.io.IOException {
    try {
      UserChange.Patch patch =
          (UserChange.Patch)
              Patches.NORMALISER.patch(
                  ResourceType.USER, "1", MAPPER.readTree(body), new Reading(STRICT));
      return patch.patch().applyTo(before);
    } catch (ChangeRefused refused) {
      return null;
    }
  }

  private @Nullable Attributes theirs(ObjectNode user, ObjectNode operation) throws Exception {
    String after = oracle.patched(user.toString(), body(operation));
    return after == null ? null : read(after);
  }

  private static String body(ObjectNode operation) {
    return "{\"schemas\":[\"%s\"],\"Operations\":[%s]}".formatted(PATCH_OP, operation);
  }

  private static boolean same(@Nullable Attributes a, @Nullable Attributes b) {
    return a == null ? b == null : a.equals(b);
  }

  private static String text(@Nullable Attributes user) {
    return user == null ? "refused" : asText(user);
  }

  private static String asText(Object value) {
    return value instanceof Attributes complex
        ? complex.asMap().entrySet().stream()
            .filter(e -> !e.getKey().equals("userName"))
            .map(e -> e.getKey().replace(ENTERPRISE, "ENT") + "=" + asText(e.getValue()))
            .toList()
            .toString()
        : value instanceof List<?> list
            ? list.stream().map(PatchDifferentialTest::asText).toList().toString()
            : value.toString();
  }
}
