package dev.idbridge.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.OnBothStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PagingTest extends OnBothStores {
  private static final Map<String, AttributePath> SORTS =
      Map.of(
          "userName", AttributePath.core("userName"),
          "id", AttributePath.core("id"),
          "meta.created", AttributePath.core("meta", "created"),
          "meta.lastModified", AttributePath.core("meta", "lastModified"),
          "name.familyName", AttributePath.core("name", "familyName"),
          "externalId", AttributePath.core("externalId"),
          "title", AttributePath.core("title"),
          "emails.value", AttributePath.core("emails", "value"));

  private static final List<String> CREATED = new ArrayList<>();

  @BeforeEach
  void people() throws ChangeRefused {
    if (intake.resources.list(search(null, null, false, index(1), 0)).total() > 0) {
      return;
    }
    CREATED.clear();
    List<String> families = List.of("Zeta", "alpha", "Émile", "beta", "ALPHA", "");
    for (int i = 0; i < 60; i++) {
      Map<String, Object> user = new LinkedHashMap<>();
      user.put("userName", (i * 37 % 60 % 2 == 0 ? "U" : "u") + i * 37 % 60);
      if (i % 4 != 0) {
        user.put("name", Map.of("familyName", families.get(i % 6)));
        user.put("title", i % 3 == 0 ? "Chief" : "clerk " + i % 5);
        user.put("externalId", (i % 2 == 0 ? "X" : "x") + i);
        user.put(
            "emails",
            List.of(
                Map.of("value", "m" + (60 - i)), Map.of("value", "a" + i, "primary", i % 3 == 0)));
      }
      CREATED.add(intake.apply(new UserChange.Create(Attributes.of(user))).resource().publicId());
    }
  }

  private static Search.Place index(int start) {
    return new Search.Place.Index(start);
  }

  private Search search(
      @Nullable Filter filter,
      @Nullable AttributePath sort,
      boolean turned,
      Search.Place place,
      int count) {
    return new Search(
        intake.directory,
        List.of(new Search.Wanted(ResourceType.USER, filter, sort, false)),
        sort != null,
        turned,
        place,
        count);
  }

  private static final Filter CLERKS =
      new Filter.Compare(AttributePath.core("title"), Filter.Operator.SW, "clerk");

  private List<Resource> all(@Nullable Filter filter) throws ChangeRefused {
    return intake.resources.list(search(filter, null, false, index(1), 1_000)).resources();
  }

  private static @Nullable String key(Resource resource, String sort) {
    Attributes attributes = resource.attributes();
    Object value =
        switch (sort) {
          case "id", "meta.created", "meta.lastModified" -> "";
          case "name.familyName" -> attributes.complex("name").get("familyName");
          case "emails.value" -> {
            List<Object> emails = attributes.list("emails");
            Object chosen = emails.isEmpty() ? null : emails.getFirst();
            for (Object email : emails) {
              chosen = ((Attributes) email).flag("primary", false) ? email : chosen;
            }
            yield chosen == null ? null : ((Attributes) chosen).get("value");
          }
          default -> attributes.get(sort);
        };
    return value == null
        ? null
        : sort.equals("externalId") ? value.toString() : NameKey.of(value.toString());
  }

  private static List<String> sorted(List<Resource> all, String sort, boolean turned) {
    Comparator<Resource> order =
        Comparator.comparing(
                (Resource resource) -> key(resource, sort),
                Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Resource::id);
    return all.stream().sorted(turned ? order.reversed() : order).map(Resource::publicId).toList();
  }

  private static List<String> ids(Resources.Page page) {
    return page.resources().stream().map(Resource::publicId).toList();
  }

  @Test
  void everySortIsPagedByNumberAndByCursorInOneOrder() throws ChangeRefused {
    for (Filter filter : Collections.<@Nullable Filter>unmodifiableList(withNone(CLERKS))) {
      List<Resource> all = all(filter);
      for (String sort : SORTS.keySet()) {
        for (boolean turned : List.of(false, true)) {
          String what = sort + (turned ? " descending" : "") + " of " + filter;
          List<String> expected = sorted(all, sort, turned);
          assertThat(numbered(filter, sort, turned)).as(what).isEqualTo(expected);
          assertThat(besides(filter, sort, turned)).as(what).isEqualTo(expected);
        }
      }
    }
  }

  private static List<@Nullable Filter> withNone(Filter filter) {
    List<@Nullable Filter> filters = new ArrayList<>();
    filters.add(null);
    filters.add(filter);
    return filters;
  }

  private List<String> numbered(@Nullable Filter filter, String sort, boolean turned)
      throws ChangeRefused {
    List<String> walked = new ArrayList<>();
    Resources.Page page;
    do {
      page =
          intake.resources.list(
              search(filter, SORTS.get(sort), turned, index(walked.size() + 1), 7));
      walked.addAll(ids(page));
      assertThat(page.total()).isEqualTo(all(filter).size());
    } while (!page.resources().isEmpty());
    return walked;
  }

  /** Forward to the end; every step back shows the page before. */
  private List<String> besides(@Nullable Filter filter, String sort, boolean turned)
      throws ChangeRefused {
    List<String> walked = new ArrayList<>();
    List<String> before = List.of();
    Search.Place place = new Search.Place.Beside(null, false, -1);
    while (true) {
      Resources.Page page =
          intake.resources.list(search(filter, SORTS.get(sort), turned, place, 7));
      assertThat(page.first() == null).isEqualTo(walked.isEmpty());
      walked.addAll(ids(page));
      if (page.first() != null) {
        Search.Place back = new Search.Place.Beside(page.first(), true, page.total());
        Resources.Page previous =
            intake.resources.list(search(filter, SORTS.get(sort), turned, back, 7));
        assertThat(ids(previous)).isEqualTo(before);
        assertThat(previous.first() == null).isEqualTo(walked.indexOf(before.getFirst()) == 0);
        assertThat(previous.last()).isNotNull();
      }
      before = ids(page);
      if (page.last() == null) {
        return walked;
      }
      place = new Search.Place.Beside(page.last(), false, page.total());
    }
  }

  @Test
  void aQueryThatWouldLookAtTooManyIsRefusedAndAnIndexedOneIsNot() throws ChangeRefused {
    Resources few =
        new JpaResources(
            store.entityTransactions(), ScimSchema.STANDARD, ValueIndex.NONE, new QueryLimits(20));
    for (Search search :
        List.of(
            search(CLERKS, null, false, index(1), 10),
            search(null, SORTS.get("title"), false, index(1), 10),
            search(CLERKS, null, false, new Search.Place.Beside(null, false, -1), 10))) {
      assertThatThrownBy(() -> few.list(search))
          .hasMessageContaining("60 Users")
          .hasMessageContaining("scim.scan-limit")
          .isInstanceOfSatisfying(
              ChangeRefused.class,
              e -> assertThat(e.reason()).isEqualTo(ChangeRefused.Reason.TOO_MANY));
    }
    assertThat(few.list(search(null, SORTS.get("userName"), false, index(1), 10)).total())
        .isEqualTo(60);
    Filter narrow =
        new Filter.And(
            List.of(
                CLERKS,
                new Filter.Compare(
                    AttributePath.core("name", "familyName"), Filter.Operator.EQ, "alpha")));
    assertThat(few.list(search(narrow, null, false, index(1), 10)).total()).isPositive();
  }

  @Test
  void aQueryThatTakesTooLongIsRefusedAndToldWhatToDo() {
    Resources hasty =
        new JpaResources(
            store.entityTransactions(),
            ScimSchema.STANDARD,
            ValueIndex.NONE,
            new QueryLimits(1_000, Duration.ZERO));
    assertThatThrownBy(() -> hasty.list(search(CLERKS, null, false, index(1), 10)))
        .hasMessageContaining("within 0 s")
        .hasMessageContaining("scim.filterable")
        .isInstanceOfSatisfying(
            ChangeRefused.class,
            e -> assertThat(e.reason()).isEqualTo(ChangeRefused.Reason.TOO_MANY));
  }

  @Test
  void anIndexedLookUpThatTakesTooLongIsOurTroubleAndNotTheClients() {
    Resources hasty =
        new JpaResources(
            store.entityTransactions(),
            ScimSchema.STANDARD,
            ValueIndex.NONE,
            new QueryLimits(1_000, Duration.ZERO));
    Filter byExternalId =
        new Filter.Compare(AttributePath.core("externalId"), Filter.Operator.EQ, "e");
    for (Filter filter : Arrays.<@Nullable Filter>asList(byExternalId, null)) {
      assertThatThrownBy(() -> hasty.list(search(filter, null, false, index(1), 10)))
          .isInstanceOf(StoreUnavailable.class);
    }
  }

  @Test
  void theDatabaseEndsAStatementAtItsBoundAndThatIsNoOutage() {
    String endless =
        kind == DatabaseKind.H2
            ? "SELECT COUNT(*) FROM SYSTEM_RANGE(1, 1000000) a, SYSTEM_RANGE(1, 1000000) b"
            : "SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b,"
                + " information_schema.COLUMNS c";
    assertThatThrownBy(
            () ->
                store
                    .entityTransactions()
                    .run(
                        manager ->
                            manager
                                .createNativeQuery(endless)
                                .setHint("jakarta.persistence.query.timeout", 1_000)
                                .getSingleResult()))
        .matches(Rows::timedOut, "is told as a time-out");
    Object after =
        store
            .entityTransactions()
            .<Object>run(manager -> manager.createNativeQuery("SELECT 1").getSingleResult());
    assertThat(after).as("the connection is usable").isNotNull();
  }

  @Test
  void usersAndGroupsAreOneListOneTypeAfterTheOther() throws ChangeRefused {
    String group = intake.newGroup("paging-group");
    List<String> walked = new ArrayList<>();
    Resources.Page page;
    do {
      page =
          intake.resources.list(
              new Search(
                  intake.directory,
                  List.of(
                      new Search.Wanted(ResourceType.USER, null, null, true),
                      new Search.Wanted(ResourceType.GROUP, null, null, true)),
                  false,
                  false,
                  index(walked.size() + 1),
                  9));
      walked.addAll(ids(page));
      assertThat(page.total()).isEqualTo(61);
    } while (!page.resources().isEmpty());
    List<String> expected = new ArrayList<>(CREATED);
    Collections.sort(expected);
    expected.add(group);
    assertThat(walked).isEqualTo(expected);
  }
}
