package dev.idbridge.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Filter;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.filter.FilterEvaluator;
import dev.idbridge.model.filter.Place;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the tables answer is what the one evaluator says of each resource. */
class FilterAnswersTest extends OnBothStores {
  private static final int USERS = 120;
  private static final int GROUPS = 30;
  private static final int FILTERS = 400;

  private final long seed = Long.getLong("seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final ScimSchema schemas = RandomFilters.withProbe();
  private final RandomFilters some = new RandomFilters(random, schemas);
  private final FilterEvaluator evaluator = new FilterEvaluator(NameKey::of);

  private static ValueIndex declared(ScimSchema schemas) {
    ResourceSchema users = schemas.of(ResourceType.USER);
    List<ValueIndex.Entry> entries = new ArrayList<>();
    for (AttributePath path :
        List.of(
            AttributePath.core("title"),
            AttributePath.core("phoneNumbers", "value"),
            AttributePath.core("phoneNumbers", "type"),
            AttributePath.core("phoneNumbers", "primary"),
            new AttributePath(RandomFilters.EXTENSION, "level", null, null),
            new AttributePath(RandomFilters.EXTENSION, "factor", null, null),
            new AttributePath(RandomFilters.EXTENSION, "since", null, null),
            new AttributePath(RandomFilters.EXTENSION, "remote", null, null),
            new AttributePath(RandomFilters.EXTENSION, "code", null, null),
            new AttributePath(RandomFilters.EXTENSION, "tags", null, null))) {
      entries.add(
          new ValueIndex.Entry(entries.size() + 1, ResourceType.USER, Place.of(users, path), true));
    }
    ValueIndex index = new ValueIndex();
    index.set(entries);
    return index;
  }

  @Test
  void theTablesAnswerEveryFilterAsTheEvaluatorDoes() throws Exception {
    ValueIndex values = declared(schemas);
    try (JdbcChangeWriter writer =
        new JdbcChangeWriter(
            store.transactions(),
            store.ids(),
            store.clock(),
            new LaneTriggers(),
            new SyncLog(store.ids()),
            new Sweeps(store.ids()),
            schemas,
            values,
            directory -> false,
            ScopeWatch.NONE)) {
      fill(writer);
    }
    List<JpaResources> ways =
        List.of(
            new JpaResources(store.entityTransactions(), schemas, values, QueryLimits.DEFAULT),
            new JpaResources(
                store.entityTransactions(), schemas, ValueIndex.NONE, QueryLimits.DEFAULT));
    for (ResourceType type : ResourceType.values()) {
      List<Resource> all =
          ways.getFirst()
              .list(Search.of(intake.directory, type, null, 1, 10_000, true))
              .resources();
      List<Long> ids = new ArrayList<>(all.stream().map(Resource::id).toList());
      ids.addAll(groups(all));
      for (int i = 0; i < FILTERS; i++) {
        Filter filter = some.filter(type, ids, 3);
        List<Long> expected = expected(type, filter, all);
        for (JpaResources way : ways) {
          List<Long> found;
          try {
            Resources.Page page =
                way.list(Search.of(intake.directory, type, filter, 1, 10_000, false));
            found = page.resources().stream().map(Resource::id).toList();
            assertThat(page.total()).isEqualTo(found.size());
          } catch (ChangeRefused refused) {
            assertThat(refused.detail()).contains("can be filtered by");
            continue;
          } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ", " + filter, e);
          }
          assertThat(found)
              .as("seed %s, %s, way %s", seed, readable(filter), ways.indexOf(way))
              .isEqualTo(expected);
        }
      }
    }
  }

  /** Reports cut off what is no character. */
  private static String readable(Filter filter) {
    StringBuilder text = new StringBuilder();
    for (char c : filter.toString().toCharArray()) {
      text.append(c >= ' ' && c < 127 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return text.toString();
  }

  private static List<Long> groups(List<Resource> all) {
    List<Long> groups = new ArrayList<>();
    for (Resource resource : all) {
      List<Resource.Member> related =
          resource instanceof Resource.User user
              ? user.groups()
              : ((Resource.Group) resource).members();
      related.forEach(member -> groups.add(member.id()));
    }
    return groups;
  }

  /** The related ones as attributes, so that the evaluator can be asked about these too. */
  private List<Long> expected(ResourceType type, Filter filter, List<Resource> all) {
    ResourceSchema schema = schemas.of(type);
    List<Long> ids = new ArrayList<>();
    for (Resource resource : all) {
      if (evaluator.resource(filter, resource, schema, leaf -> related(leaf, resource, schema))) {
        ids.add(resource.id());
      }
    }
    return ids;
  }

  private boolean related(Filter leaf, Resource resource, ResourceSchema schema) {
    List<Attributes> elements = new ArrayList<>();
    List<Resource.Member> members =
        resource instanceof Resource.User user
            ? user.groups()
            : ((Resource.Group) resource).members();
    for (Resource.Member member : members) {
      elements.add(
          Attributes.of(
              Map.of(
                  "value",
                  Long.toString(member.id()),
                  "display",
                  member.display(),
                  "type",
                  member.type().word())));
    }
    var attribute = schema.attribute(resource.type() == ResourceType.USER ? "groups" : "members");
    return switch (leaf) {
      case Filter.Present present ->
          elements.stream()
              .anyMatch(
                  one -> present.path().sub() == null || one.get(present.path().sub()) != null);
      case Filter.Element element ->
          elements.stream().anyMatch(one -> evaluator.element(element.inner(), one, attribute));
      case Filter.Compare compare -> {
        Filter inner =
            new Filter.Compare(
                AttributePath.core(compare.path().sub()), compare.operator(), compare.value());
        yield elements.isEmpty()
            ? evaluator.element(inner, Attributes.NONE, attribute)
            : elements.stream().anyMatch(one -> evaluator.element(inner, one, attribute));
      }
      default -> throw new IllegalArgumentException();
    };
  }

  private void fill(ChangeWriter writer) throws ChangeRefused {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      ids.add(id(writer, new UserChange.Create(some.user(i))));
    }
    for (int i = 0; i < GROUPS; i++) {
      List<String> members = new ArrayList<>();
      for (int m = random.nextInt(5); m > 0; m--) {
        members.add(some.one(ids));
      }
      Map<String, Object> group = new java.util.HashMap<>();
      group.put("displayName", some.one(List.of("ada", "Bob", "é", "x")) + i);
      if (random.nextBoolean()) {
        group.put("externalId", some.one(List.of("ada", "Ada", "bob")));
      }
      ids.add(id(writer, new GroupChange.Create(Attributes.of(group), members)));
    }
    // Rows of what is changed and deleted have to follow.
    for (int i = 0; i < USERS / 3; i++) {
      String id = ids.get(random.nextInt(USERS));
      if (intake.resources.find(intake.directory, ResourceType.USER, id, false).isPresent()) {
        int number = USERS + i;
        send(
            writer,
            random.nextInt(4) == 0
                ? new UserChange.Delete(id)
                : new UserChange.Patch(id, current -> some.user(number)));
      }
    }
  }

  private String id(ChangeWriter writer, dev.idbridge.model.ResourceChange change)
      throws ChangeRefused {
    return send(writer, change).resource().publicId();
  }

  private dev.idbridge.model.Committed send(
      ChangeWriter writer, dev.idbridge.model.ResourceChange change) throws ChangeRefused {
    return Intake.result(
        writer.write(new ChangeRequest(intake.directory, change, Intake.BY, null, List.of())));
  }
}
