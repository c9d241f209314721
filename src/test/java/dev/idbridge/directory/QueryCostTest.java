package dev.idbridge.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Committed;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a question costs: statements on both databases, rows where the database counts them. */
class QueryCostTest extends OnBothStores {
  private static final int USERS = 6_000;

  private Statistics statistics;

  @BeforeEach
  void people() throws ChangeRefused {
    statistics = store.entities().unwrap(SessionFactory.class).getStatistics();
    statistics.setStatisticsEnabled(true);
    if (intake
            .resources
            .list(Search.of(intake.directory, ResourceType.USER, null, 1, 0, false))
            .total()
        > 0) {
      return;
    }
    List<CompletableFuture<Committed>> sent = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      sent.add(
          intake.send(
              new UserChange.Create(
                  Attributes.of(
                      Map.of(
                          "userName",
                          "cost-" + i,
                          "externalId",
                          "e-" + i,
                          "name",
                          Map.of("familyName", "Family " + i % 997, "givenName", "G" + i),
                          "emails",
                          List.of(Map.of("value", i + "@cost.org", "type", "work")))))));
    }
    for (CompletableFuture<Committed> one : sent) {
      Intake.result(one);
    }
    if (kind == DatabaseKind.MARIADB) {
      store
          .transactions()
          .run(
              connection -> {
                try (var statement = connection.createStatement()) {
                  return statement.execute("ANALYZE TABLE directory_user, directory_email");
                }
              });
    }
  }

  private record Cost(Resources.Page page, long statements, long rows) {}

  private Cost cost(Search search) throws ChangeRefused {
    intake.resources.list(search);
    long rows = rows();
    statistics.clear();
    Resources.Page page = intake.resources.list(search);
    return new Cost(page, statistics.getPrepareStatementCount(), rows() - rows);
  }

  /** Zero where nobody counts. */
  private long rows() {
    return kind == DatabaseKind.H2
        ? 0
        : Long.parseLong(
            intake
                .rows(
                    "SELECT SUM(variable_value + 0) FROM information_schema.global_status WHERE"
                        + " variable_name IN ('HANDLER_READ_KEY', 'HANDLER_READ_NEXT',"
                        + " 'HANDLER_READ_PREV', 'HANDLER_READ_RND', 'HANDLER_READ_RND_NEXT',"
                        + " 'HANDLER_READ_FIRST')")
                .getFirst()
                .getFirst()
                .replaceAll("\\..*", ""));
  }

  private Search users(
      @Nullable Filter filter, @Nullable AttributePath sort, Search.Place place, boolean related) {
    return new Search(
        intake.directory,
        List.of(new Search.Wanted(ResourceType.USER, filter, sort, related)),
        sort != null,
        false,
        place,
        100);
  }

  private static Filter eq(AttributePath path, String value) {
    return new Filter.Compare(path, Filter.Operator.EQ, value);
  }

  @Test
  void aLookUpReadsWhatItFindsAndNothingElse() throws ChangeRefused {
    for (Filter filter :
        List.of(
            eq(AttributePath.core("userName"), "COST-77"),
            eq(AttributePath.core("externalId"), "e-77"),
            eq(AttributePath.core("name", "givenName"), "g77"),
            eq(AttributePath.core("emails", "value"), "77@cost.org"),
            new Filter.Compare(AttributePath.core("emails", "value"), Filter.Operator.SW, "77@"),
            new Filter.And(
                List.of(
                    eq(AttributePath.core("userName"), "cost-77"),
                    eq(AttributePath.core("title"), "x"))))) {
      Cost cost = cost(users(filter, null, new Search.Place.Index(1), false));
      assertThat(cost.statements()).as(filter.toString()).isLessThanOrEqualTo(2);
      assertThat(cost.rows()).as(filter.toString()).isLessThan(100);
    }
  }

  @Test
  void aPageDeepInAWalkCostsWhatTheFirstDoes() throws ChangeRefused {
    for (AttributePath sort :
        new AttributePath[] {
          null, AttributePath.core("userName"), AttributePath.core("name", "familyName")
        }) {
      Search.Place place = new Search.Place.Beside(null, false, -1);
      Resources.Page page = intake.resources.list(users(null, sort, place, false));
      for (int i = 0; i < 40; i++) {
        place = new Search.Place.Beside(page.last(), false, page.total());
        page = intake.resources.list(users(null, sort, place, false));
      }
      Cost cost = cost(users(null, sort, place, false));
      assertThat(cost.page().resources()).hasSize(100);
      assertThat(cost.statements()).isEqualTo(1);
      assertThat(cost.rows()).as("sorted by " + sort).isLessThan(700);

      for (int start = 1; start < 5_000; start += 100) {
        intake.resources.list(users(null, sort, new Search.Place.Index(start), false));
      }
      Cost numbered = cost(users(null, sort, new Search.Place.Index(4_901), false));
      assertThat(numbered.page().total()).isEqualTo(USERS);
      assertThat(numbered.rows()).as("sorted by " + sort).isLessThan(700);
    }
  }

  @Test
  void aPageOfUsersWithTheirGroupsNeedsAHandfulOfStatements() throws ChangeRefused {
    List<String> some =
        intake
            .resources
            .list(users(null, null, new Search.Place.Index(1), false))
            .resources()
            .stream()
            .map(Resource::publicId)
            .toList();
    String inner = intake.newGroup("cost-inner", some.toArray(String[]::new));
    intake.newGroup("cost-outer", inner);
    Cost cost = cost(users(null, null, new Search.Place.Index(1), true));
    assertThat(cost.page().resources())
        .allSatisfy(user -> assertThat(((Resource.User) user).groups()).hasSize(2));
    assertThat(cost.statements()).isLessThanOrEqualTo(8);
  }

  @Test
  void aListOfGroupsWithoutMembersReadsNone() throws ChangeRefused {
    List<String> some =
        intake
            .resources
            .list(users(null, null, new Search.Place.Index(3_001), false))
            .resources()
            .stream()
            .map(Resource::publicId)
            .toList();
    intake.newGroup("cost-of-members", some.toArray(String[]::new));
    statistics.clear();
    intake.resources.list(Search.of(intake.directory, ResourceType.GROUP, null, 1, 100, false));
    assertThat(statistics.getQueries()).noneMatch(query -> query.contains("MemberRow"));
    assertThat(statistics.getPrepareStatementCount()).isEqualTo(1);
  }
}
