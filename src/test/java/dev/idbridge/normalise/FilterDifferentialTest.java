package dev.idbridge.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.filter.FilterEvaluator;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.ScimSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The same random users and filters into our reader and evaluator, and into an implementation that
 * is not ours. Where they differ, {@link #excused} must say why ours is right.
 */
class FilterDifferentialTest {
  private static final int ROUNDS = Integer.getInteger("differential.cases", 4_000) / 20;
  private static final int USERS = 12;
  private static final int FILTERS = 20;
  private static final Pattern ONE_ELEMENT = Pattern.compile("\\[[^]]* and ");
  private static final JsonMapper MAPPER = new JsonMapper();

  private final ResourceSchema schema = ScimSchema.STANDARD.of(ResourceType.USER);
  private final FilterReader reader = new FilterReader(schema);
  private final FilterEvaluator evaluator =
      new FilterEvaluator(text -> text.toLowerCase(Locale.ROOT));
  private final FilterOracle oracle = new FilterOracle();

  @Test
  void everyFilterFindsWhatAnotherImplementationFindsOrTheRfcSaysWhyNot() throws Exception {
    long seed = Long.getLong("differential.seed", System.nanoTime());
    System.out.println("filters against the other implementation, seed " + seed);
    RandomUsers random = new RandomUsers(seed);
    Map<String, Integer> excuses = new TreeMap<>();
    List<String> differences = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<String> all = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        all.add(random.user().toString());
      }
      oracle.holds(all);
      List<Resource.User> users = users(all);
      for (int i = 0; i < FILTERS; i++) {
        String filter = random.resourceFilter();
        TreeSet<Integer> ours = ours(filter, users);
        TreeSet<Integer> theirs = oracle.found(filter);
        String excuse = ours == null ? null : excused(filter, theirs);
        if (ours != null && ours.equals(theirs)) {
          excuses.merge("none: equal", 1, Integer::sum);
        } else if (excuse != null) {
          excuses.merge(excuse, 1, Integer::sum);
        } else {
          differences.add(
              "%s: ours %s, theirs %s%n   %s"
                  .formatted(filter, ours, theirs, different(all, ours, theirs)));
        }
      }
    }
    System.out.println(excuses);
    assertThat(differences.stream().limit(10)).as(differences.size() + " differences").isEmpty();
    assertThat(excuses.getOrDefault("none: equal", 0)).isGreaterThan(ROUNDS * FILTERS / 3);
  }

  /** Why ours may differ, or null when nothing says so. */
  private static @Nullable String excused(String filter, @Nullable TreeSet<Integer> theirs) {
    if (theirs != null && (filter.contains(" lt ") || filter.contains(" le "))) {
      return "an attribute without a value is less than nothing (RFC 7644 section 3.4.2.2)";
    }
    if (theirs != null && ONE_ELEMENT.matcher(filter).find()) {
      return "all conditions in brackets hold for one element (RFC 7644 section 3.4.2.2)";
    }
    return null;
  }

  private static String different(
      List<String> all, @Nullable TreeSet<Integer> ours, @Nullable TreeSet<Integer> theirs) {
    for (int i = 0; i < all.size(); i++) {
      if (ours == null || theirs == null || ours.contains(i) != theirs.contains(i)) {
        return i + ": " + all.get(i);
      }
    }
    return "";
  }

  private static List<Resource.User> users(List<String> all) throws Exception {
    List<Resource.User> users = new ArrayList<>();
    for (String json : all) {
      Attributes attributes =
          ((UserChange.Create) Patches.NORMALISER.create(ResourceType.USER, MAPPER.readTree(json)))
              .attributes();
      users.add(
          new Resource.User(
              users.size(),
              1,
              attributes,
              attributes.flag("active", true),
              1,
              Instant.EPOCH,
              Instant.EPOCH,
              null));
    }
    return users;
  }

  private @Nullable TreeSet<Integer> ours(String text, List<Resource.User> users) {
    Filter filter;
    try {
      filter = reader.read(text);
    } catch (ChangeRefused refused) {
      return null;
    }
    TreeSet<Integer> places = new TreeSet<>();
    for (Resource.User user : users) {
      if (evaluator.resource(filter, user, schema, stored -> false)) {
        places.add((int) user.id());
      }
    }
    return places;
  }
}
