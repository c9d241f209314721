package dev.idbridge.connector.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Team;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.HttpFaults.Fault;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The half of the connector contract that types cannot say: every connector runs it against a real
 * app with a fault shim in between.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ConnectorContract {
  private static final AtomicInteger NAMES = new AtomicInteger();

  protected ContractApp app;
  protected Connector connector;

  /** Starts the app; once for all sentences. */
  protected abstract ContractApp open() throws Exception;

  @BeforeAll
  void openApp() throws Exception {
    app = open();
  }

  @AfterAll
  void closeApp() {
    if (app != null) {
      app.close();
    }
  }

  @BeforeEach
  void connect() {
    connector = app.connect();
  }

  @AfterEach
  void disconnect() {
    app.silent(false);
    app.http().ifPresent(HttpFaults::forget);
    connector.close();
  }

  protected static String fresh(String name) {
    return name + "-" + NAMES.incrementAndGet();
  }

  protected static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(20));
  }

  protected static Account user(String userName) {
    return new Account(
        userName,
        "ext-" + userName,
        "Ada " + userName,
        "Ada",
        "Lovelace",
        List.of(userName + "@example.com"),
        true,
        Attributes.NONE);
  }

  protected static AccountKeys keys(Account account) {
    return new AccountKeys(account.externalId(), account.userName(), account.emails());
  }

  protected String id(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied) outcome).remoteId();
  }

  protected String created(Account account) {
    return id(connector.account(new AccountPlan.Create(account), soon()));
  }

  protected String created(String team) {
    return id(connector.team(new TeamPlan.Create(new Team(team, null)), soon()));
  }

  protected <T> List<T> found(Lookup<T> lookup) {
    assertThat(lookup).isInstanceOf(Lookup.Complete.class);
    return ((Lookup.Complete<T>) lookup).found();
  }

  protected static <T> Outcome.Failure failed(Lookup<T> lookup) {
    assertThat(lookup).isInstanceOf(Lookup.Failed.class);
    return ((Lookup.Failed<T>) lookup).why();
  }

  protected Map<String, Outcome> items(BatchOutcome outcome) {
    assertThat(outcome).isInstanceOf(BatchOutcome.Items.class);
    return ((BatchOutcome.Items) outcome).items();
  }

  protected Map<String, Outcome> add(String team, String... accounts) {
    return items(connector.members(new MemberPlan(team, List.of(accounts), List.of()), soon()));
  }

  protected Map<String, Outcome> remove(String team, String... accounts) {
    return items(connector.members(new MemberPlan(team, List.of(), List.of(accounts)), soon()));
  }

  private static void succeeded(Outcome outcome) {
    assertThat(outcome).isInstanceOfAny(Outcome.Applied.class, Outcome.Already.class);
  }

  // Listing

  @Test
  void anInventoryShowsEveryAccountAndTeamOnceUnderTheIdThatPlansUse() {
    assumeTrue(connector.inventory().isPresent(), "the app cannot be listed");
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      made.add(created(user(fresh("listed"))));
    }
    String gone = app.foreignAccount(fresh("inactive"), false);
    String team = created(fresh("Listed"));
    List<ListedAccount> accounts = new ArrayList<>();
    List<ListedTeam> teams = new ArrayList<>();

    assertThat(connector.inventory().get().accounts(into(accounts), "", soon())).isNull();
    assertThat(connector.inventory().get().teams(into(teams), "", soon())).isNull();

    assertThat(accounts).extracting(ListedAccount::remoteId).doesNotHaveDuplicates();
    assertThat(accounts).extracting(ListedAccount::remoteId).containsAll(made).contains(gone);
    assertThat(teams).extracting(ListedTeam::remoteId).doesNotHaveDuplicates().contains(team);
    for (ListedAccount account : accounts) {
      assertThat(account.active()).isEqualTo(app.active(account.remoteId()));
    }
  }

  @Test
  void anInventoryShowsTheMembersOfATeamUnderTheIdsThatPlansUse() {
    assumeTrue(connector.inventory().isPresent(), "the app cannot be listed");
    String one = created(user(fresh("member")));
    String two = created(user(fresh("member")));
    created(user(fresh("nobody")));
    String team = created(fresh("Members"));
    connector.members(new MemberPlan(team, List.of(one, two), List.of()), soon());
    List<String> members = new ArrayList<>();

    assertThat(connector.inventory().get().members(team, into(members), soon())).isNull();

    assertThat(members).containsExactlyInAnyOrder(one, two);
  }

  private static <T> Inventory.Pages<T> into(List<T> all) {
    return page -> {
      all.addAll(page);
      return page.size();
    };
  }

  @Test
  void anInventoryThatCannotBeReadWholeSaysSo() {
    assumeTrue(connector.inventory().isPresent(), "the app cannot be listed");
    app.stop();
    try {
      assertThat(connector.inventory().get().accounts(List::size, "", soon())).isNotNull();
    } finally {
      app.start();
    }
  }

  // Life

  @Test
  void aConnectorIsMadeWithoutTouchingTheApp() {
    app.stop();
    try {
      app.connect().close();
    } finally {
      app.start();
    }
    assertThat(connector.check(soon()).state()).isEqualTo(Health.State.UP);
  }

  @Test
  void aHealthyAppIsUp() {
    assertThat(connector.check(soon()).state()).isEqualTo(Health.State.UP);
  }

  // Accounts

  @Test
  void anUnknownAccountIsNotFoundAndThatAnswerIsComplete() {
    assertThat(found(connector.findAccounts(keys(user(fresh("nobody"))), soon()))).isEmpty();
  }

  @Test
  void aCreatedAccountSaysWhatThePlanSaysAndIsFoundByEachKey() {
    Account account = user(fresh("ada"));

    String id = created(account);

    assertThat(app.accounts(account.userName())).containsExactly(id);
    assertThat(app.active(id)).isTrue();
    assertThat(app.displayName(id)).isEqualTo(account.displayName());
    assertThat(app.emails(id)).isEqualTo(account.emails());
    for (AccountKeys keys :
        List.of(
            new AccountKeys(account.externalId(), "nobody-at-all", List.of()),
            new AccountKeys(null, account.userName(), List.of()),
            new AccountKeys("no-such-key", "nobody-at-all", account.emails()))) {
      assertThat(found(connector.findAccounts(keys, soon())))
          .singleElement()
          .satisfies(
              it -> {
                assertThat(it.remoteId()).isEqualTo(id);
                assertThat(it.active()).isTrue();
              });
    }
  }

  @Test
  void applyingTheSameCreateTwiceMakesOneAccount() {
    Account account = user(fresh("twice"));
    String id = created(account);

    Outcome again = connector.account(new AccountPlan.Create(account), soon());

    assertThat(again).isInstanceOf(Outcome.Conflict.class);
    assertThat(app.accounts(account.userName())).containsExactly(id);
    assertThat(found(connector.findAccounts(keys(account), soon())))
        .extracting(FoundAccount::remoteId)
        .containsExactly(id);
  }

  @Test
  void theFirstKeyThatFindsAnyEndsTheSearch() {
    Account one = user(fresh("first"));
    Account other = user(fresh("second"));
    String id = created(one);
    created(other);

    AccountKeys mixed = new AccountKeys(one.externalId(), other.userName(), other.emails());

    assertThat(found(connector.findAccounts(mixed, soon())))
        .extracting(FoundAccount::remoteId)
        .containsExactly(id);
  }

  @Test
  void lookupsCompareExactlyButForTheCaseOfNames() {
    Account account = user(fresh("exact"));
    String id = created(account);
    String shorter = account.userName().substring(0, account.userName().length() - 1);

    assertThat(found(connector.findAccounts(new AccountKeys(null, shorter, List.of()), soon())))
        .isEmpty();
    assertThat(
            found(
                connector.findAccounts(
                    new AccountKeys(null, account.userName().toUpperCase(), List.of()), soon())))
        .extracting(FoundAccount::remoteId)
        .containsExactly(id);
    assertThat(
            found(
                connector.findAccounts(
                    new AccountKeys(account.externalId().toUpperCase(), "nobody", List.of()),
                    soon())))
        .isEmpty();
  }

  /** Names that a careless query would trip over; the last one is also created. */
  protected List<String> oddNames() {
    return List.of(
        "*",
        "a)(uid=*",
        "x\" or userName pr or userName eq \"y",
        "o'neil\\, \"A+B\" = 100% / (x) <y>; #1 ü");
  }

  @Test
  void namesThatLookLikeQueriesAreNames() {
    for (String name : oddNames()) {
      assertThat(found(connector.findAccounts(new AccountKeys(name, name, List.of(name)), soon())))
          .as(name)
          .isEmpty();
      assertThat(found(connector.findTeams(new TeamKeys(name), soon()))).as(name).isEmpty();
    }
    String last = oddNames().getLast();
    Account odd =
        new Account(
            fresh(last),
            fresh(last),
            last,
            last,
            last,
            List.of(fresh("odd") + "@example.com"),
            true,
            Attributes.NONE);
    String id = created(odd);
    assertThat(found(connector.findAccounts(keys(odd), soon())))
        .extracting(FoundAccount::remoteId)
        .containsExactly(id);
    String team = created(fresh(last));
    assertThat(add(team, id)).containsEntry(id, new Outcome.Applied(id));
    assertThat(app.members(team)).containsExactly(app.asMember(id));
  }

  @Test
  void inactiveAccountsAreFoundToo() {
    String name = fresh("asleep");
    String id = app.foreignAccount(name, false);

    assertThat(found(connector.findAccounts(new AccountKeys(null, name, List.of()), soon())))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.remoteId()).isEqualTo(id);
              assertThat(it.active()).isFalse();
            });
  }

  @Test
  void anAccountCanBeCreatedInactive() {
    Account account = user(fresh("sleeper")).withActive(false);

    String id = created(account);

    assertThat(app.active(id)).isFalse();
  }

  @Test
  void aRenameIsAnUpdateThatKeepsTheAccountAndItsMemberships() {
    Account before = user(fresh("maiden"));
    String id = created(before);
    String team = created(fresh("choir"));
    add(team, id);
    Account now =
        new Account(
            fresh("married"),
            before.externalId(),
            "Ada King",
            "Ada",
            "King",
            List.of("ada.king@example.com"),
            true,
            Attributes.NONE);

    Outcome outcome = connector.account(new AccountPlan.Update(id, now, before), soon());

    assertThat(outcome).isEqualTo(new Outcome.Applied(id));
    String name = app.renamesAccounts() ? now.userName() : before.userName();
    String other = app.renamesAccounts() ? before.userName() : now.userName();
    assertThat(app.accounts(other)).isEmpty();
    assertThat(app.accounts(name)).containsExactly(id);
    assertThat(app.displayName(id)).isEqualTo("Ada King");
    assertThat(app.emails(id)).containsExactly("ada.king@example.com");
    assertThat(app.members(team)).containsExactly(app.asMember(id));
  }

  @Test
  void aRenamedAccountKeepsItsMemberships() {
    Account before = user(fresh("known"));
    Account now = user(fresh("renamed"));
    String id = created(before);
    String ours = created(fresh("Ours"));
    String found = app.foreignTeam(fresh("Found"));
    String other = app.foreignTeam(fresh("Other"));
    add(ours, id);
    add(found, id);

    app.loseTheNextAnswer();
    connector.account(new AccountPlan.Update(id, now, before), soon());
    succeeded(connector.account(new AccountPlan.Update(id, now, null), soon()));
    succeeded(connector.account(new AccountPlan.Update(id, now, null), soon()));

    assertThat(app.members(ours)).containsExactly(app.asMember(id));
    assertThat(app.members(found)).containsExactlyInAnyOrder(app.foreignMember(), app.asMember(id));
    assertThat(app.members(other)).containsExactly(app.foreignMember());
    if (!app.renamesAccounts()) {
      return;
    }
    String heir =
        created(
            new Account(
                before.userName(),
                null,
                "Heir",
                "Heir",
                "Heir",
                List.of(fresh("heir") + "@example.com"),
                true,
                Attributes.NONE));
    assertThat(app.members(ours)).doesNotContain(app.asMember(heir));
    assertThat(app.members(found)).doesNotContain(app.asMember(heir));
  }

  @Test
  void aLookAtAnAccountFindsNothingOtherwiseThanItWasWritten() {
    Account account = user(fresh("Looked"));
    String id = created(account);

    assertThat(connector.seeAccount(id, account, soon())).isEqualTo(Lookup.of(List.of()));
  }

  @Test
  void anUpdateThatKnowsNoBeforeAssertsEverything() {
    Account account = user(fresh("assert"));
    String id = app.foreignAccount(account.userName(), true);

    succeeded(connector.account(new AccountPlan.Update(id, account, null), soon()));
    succeeded(connector.account(new AccountPlan.Update(id, account, null), soon()));

    assertThat(app.displayName(id)).isEqualTo(account.displayName());
    assertThat(app.emails(id)).isEqualTo(account.emails());
  }

  @Test
  void anUpdateTakesAwayWhatTheUserNoLongerHas() {
    assumeTrue(!app.wantsEmail(), "the app takes no account without an address");
    Account before = user(fresh("bare"));
    String id = created(before);
    Account now =
        new Account(
            before.userName(),
            before.externalId(),
            before.displayName(),
            null,
            before.familyName(),
            List.of(),
            true,
            Attributes.NONE);

    succeeded(connector.account(new AccountPlan.Update(id, now, before), soon()));
    succeeded(connector.account(new AccountPlan.Update(id, now, before), soon()));

    assertThat(app.emails(id)).isEmpty();
    assertThat(app.displayName(id)).isEqualTo(before.displayName());
  }

  @Test
  void anUpdateToATakenNameIsAConflict() {
    Account taken = user(fresh("taken"));
    created(taken);
    Account before = user(fresh("wants"));
    String id = created(before);
    Account now = user(taken.userName());

    Outcome outcome = connector.account(new AccountPlan.Update(id, now, before), soon());

    assertThat(outcome).isInstanceOf(Outcome.Conflict.class);
    assertThat(app.accounts(before.userName())).containsExactly(id);
  }

  @Test
  void aDisabledAccountStaysAndIsUsableAgainWhenEnabled() {
    Account account = user(fresh("leaver"));
    String id = created(account);
    Account gone = account.withActive(false);

    succeeded(connector.account(new AccountPlan.Disable(id, gone), soon()));
    succeeded(connector.account(new AccountPlan.Disable(id, gone), soon()));
    assertThat(app.active(id)).isFalse();
    assertThat(app.accounts(account.userName())).containsExactly(id);
    assertThat(app.displayName(id)).isEqualTo(account.displayName());

    succeeded(connector.account(new AccountPlan.Enable(id, account), soon()));
    succeeded(connector.account(new AccountPlan.Enable(id, account), soon()));
    assertThat(app.active(id)).isTrue();
  }

  @Test
  void aDeletedAccountAnswersNotFoundToEveryPlan() {
    Account account = user(fresh("deleted"));
    String id = created(account);

    assertThat(connector.account(new AccountPlan.Delete(id), soon()))
        .isEqualTo(new Outcome.Applied(id));

    assertThat(app.accounts(account.userName())).isEmpty();
    Account now = user(fresh("renamed"));
    for (AccountPlan plan :
        List.of(
            new AccountPlan.Delete(id),
            new AccountPlan.Update(id, now, account),
            new AccountPlan.Disable(id, account),
            new AccountPlan.Enable(id, account))) {
      assertThat(connector.account(plan, soon())).isInstanceOf(Outcome.NotFound.class);
    }
  }

  // Teams

  @Test
  void anUnknownTeamIsCreatedAtTheRootAsTypeGroup() {
    String name = fresh("Platform");
    assertThat(found(connector.findTeams(new TeamKeys(name), soon()))).isEmpty();

    String id = created(name);

    assertThat(app.teams(name)).containsExactly(id);
    assertThat(app.atRootAsGroup(id)).isTrue();
    assertThat(app.members(id)).isEmpty();
  }

  @Test
  void applyingTheSameTeamCreateTwiceMakesOneTeam() {
    String name = fresh("Once");
    String id = created(name);

    Outcome again = connector.team(new TeamPlan.Create(new Team(name, null)), soon());

    assertThat(again).isInstanceOf(Outcome.Conflict.class);
    assertThat(app.teams(name)).containsExactly(id);
  }

  @Test
  void anExistingTeamIsFoundWhereverItStandsWithoutRegardToCase() {
    String name = fresh("Finance");
    String id = app.foreignTeam(name);

    assertThat(found(connector.findTeams(new TeamKeys(name.toUpperCase()), soon())))
        .singleElement()
        .satisfies(team -> assertThat(team.remoteId()).isEqualTo(id))
        .satisfies(team -> assertThat(team.path()).isNotBlank());
    assertThat(found(connector.findTeams(new TeamKeys(name + "x"), soon()))).isEmpty();
  }

  @Test
  void anExistingTeamKeepsItsForeignMembersItsPlaceAndItsType() {
    String id = app.foreignTeam(fresh("Legal"));
    String shape = app.shape(id);
    String account = created(user(fresh("ours")));

    succeeded(add(id, account).get(account));
    assertThat(app.members(id))
        .containsExactlyInAnyOrder(app.foreignMember(), app.asMember(account));
    succeeded(remove(id, account).get(account));

    assertThat(app.members(id)).containsExactly(app.foreignMember());
    assertThat(app.shape(id)).isEqualTo(shape);
  }

  @Test
  void severalTeamsOfOneNameAreAllReturned() {
    String name = fresh("Ops");
    String one = app.foreignTeam(name);
    String two = app.sameNameAgain(name);
    assumeTrue(!two.isEmpty(), "names are unique in the app");

    assertThat(found(connector.findTeams(new TeamKeys(name), soon())))
        .extracting(FoundTeam::remoteId)
        .containsExactlyInAnyOrder(one, two);
  }

  @Test
  void renamingATeamKeepsItsMembers() {
    String before = fresh("Blue");
    String now = fresh("Green");
    String id = created(before);
    String account = created(user(fresh("member")));
    add(id, account);

    succeeded(connector.team(new TeamPlan.Rename(id, new Team(now, null), before), soon()));
    succeeded(connector.team(new TeamPlan.Rename(id, new Team(now, null), before), soon()));

    assertThat(app.teams(before)).isEmpty();
    assertThat(app.teams(now)).containsExactly(id);
    assertThat(app.members(id)).containsExactly(app.asMember(account));
  }

  @Test
  void aTeamIsSeenByItsIdUnderWhateverNameUntilItIsGone() {
    String before = fresh("Known");
    String id = created(before);
    String foreign = app.foreignTeam(fresh("Theirs"));
    assertThat(found(connector.seeTeam(foreign, soon())))
        .extracting(FoundTeam::remoteId)
        .containsExactly(foreign);

    String now = fresh("Renamed");
    succeeded(connector.team(new TeamPlan.Rename(id, new Team(now, null), before), soon()));
    assertThat(found(connector.seeTeam(id, soon())))
        .singleElement()
        .satisfies(team -> assertThat(team.remoteId()).isEqualTo(id))
        .satisfies(team -> assertThat(team.path()).isNotBlank());
    succeeded(connector.team(new TeamPlan.Delete(id, true), soon()));

    assertThat(found(connector.seeTeam(id, soon()))).isEmpty();
  }

  @Test
  void aTeamIsDeletedOnlyWhenItHoldsNothingForeign() {
    String empty = created(fresh("Empty"));
    String full = app.foreignTeam(fresh("Full"));
    String name = fresh("Always");
    String always = app.foreignTeam(name);

    assertThat(connector.team(new TeamPlan.Delete(empty, false), soon()))
        .isEqualTo(new Outcome.Applied(empty));
    assertThat(connector.team(new TeamPlan.Delete(full, false), soon()))
        .isInstanceOf(Outcome.Conflict.class);
    assertThat(app.members(full)).containsExactly(app.foreignMember());
    assertThat(connector.team(new TeamPlan.Delete(always, true), soon()))
        .isEqualTo(new Outcome.Applied(always));
    assertThat(app.teams(name)).isEmpty();
  }

  @Test
  void aTeamIsMadeUnderItsParentAndMovedWithItsMembersAndChildTeams() {
    assumeTrue(connector.capabilities().hierarchy(), "the app knows no teams in teams");
    String europe = created(fresh("Europe"));
    String asia = created(fresh("Asia"));
    String name = fresh("Sales");
    String sales = under(europe, name);
    String below = under(sales, fresh("Retail"));
    String account = created(user(fresh("member")));
    add(sales, account);
    assertThat(app.parent(sales)).isEqualTo(europe);

    Team team = new Team(name, null);
    succeeded(connector.team(new TeamPlan.Move(sales, team, asia), soon()));
    succeeded(connector.team(new TeamPlan.Move(sales, team, asia), soon()));

    assertThat(app.parent(sales)).isEqualTo(asia);
    assertThat(app.parent(below)).isEqualTo(sales);
    assertThat(app.members(sales)).containsExactly(app.asMember(account));
    assertThat(found(connector.findTeams(new TeamKeys(name), soon())))
        .extracting(FoundTeam::remoteId)
        .containsExactly(sales);
    succeeded(connector.team(new TeamPlan.Move(sales, team, ""), soon()));
    assertThat(app.parent(sales)).isEmpty();
  }

  @Test
  void aTeamWithChildTeamsIsNotDeleted() {
    assumeTrue(connector.capabilities().hierarchy(), "the app knows no teams in teams");
    String parent = created(fresh("Parent"));
    String child = under(parent, fresh("Child"));

    assertThat(connector.team(new TeamPlan.Delete(parent, false), soon()))
        .isInstanceOf(Outcome.Conflict.class);
    assertThat(app.parent(child)).isEqualTo(parent);
  }

  private String under(String parent, String name) {
    return id(connector.team(new TeamPlan.Create(new Team(name, null), parent), soon()));
  }

  @Test
  void aDeletedTeamAnswersNotFound() {
    String account = created(user(fresh("stray")));
    String id = created(fresh("Gone"));
    connector.team(new TeamPlan.Delete(id, true), soon());

    assertThat(connector.team(new TeamPlan.Delete(id, false), soon()))
        .isInstanceOf(Outcome.NotFound.class);
    assertThat(connector.team(new TeamPlan.Rename(id, new Team("x", null), "y"), soon()))
        .isInstanceOf(Outcome.NotFound.class);
    assertThat(add(id, account).get(account)).isInstanceOf(Outcome.NotFound.class);
    assertThat(remove(id, account).get(account)).isInstanceOf(Outcome.NotFound.class);
  }

  // Members

  @Test
  void membersAreAddedAndRemovedInOnePlan() {
    String team = created(fresh("Mixed"));
    String stays = created(user(fresh("stays")));
    String leaves = created(user(fresh("leaves")));
    String comes = created(user(fresh("comes")));
    add(team, stays, leaves);

    Map<String, Outcome> outcomes =
        items(connector.members(new MemberPlan(team, List.of(comes), List.of(leaves)), soon()));

    assertThat(outcomes).containsOnlyKeys(comes, leaves);
    outcomes.values().forEach(ConnectorContract::succeeded);
    assertThat(app.members(team))
        .containsExactlyInAnyOrder(app.asMember(stays), app.asMember(comes));
  }

  @Test
  void addingAMemberTwiceSucceedsAndMakesOneMembership() {
    String team = created(fresh("Twice"));
    String account = created(user(fresh("again")));
    String other = created(user(fresh("new")));

    succeeded(add(team, account).get(account));
    Map<String, Outcome> outcomes = add(team, account, other);

    succeeded(outcomes.get(account));
    succeeded(outcomes.get(other));
    assertThat(app.members(team))
        .containsExactlyInAnyOrder(app.asMember(account), app.asMember(other));
  }

  @Test
  void removingANonMemberSucceeds() {
    String team = created(fresh("Never"));
    String member = created(user(fresh("in")));
    String stranger = created(user(fresh("out")));
    add(team, member);

    succeeded(remove(team, stranger).get(stranger));
    Map<String, Outcome> outcomes = remove(team, member, stranger);

    succeeded(outcomes.get(member));
    succeeded(outcomes.get(stranger));
    assertThat(app.members(team)).isEmpty();
  }

  @Test
  void theFullNumberOfMembersPerCallGoesInOneCall() {
    String team = created(fresh("Big"));
    int most = connector.capabilities().membersPerCall();
    List<String> accounts = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      accounts.add(created(user(fresh("many"))));
    }

    Map<String, Outcome> added =
        items(connector.members(new MemberPlan(team, accounts, List.of()), soon()));
    assertThat(added).hasSize(most);
    assertThat(app.members(team)).hasSize(most);
    Map<String, Outcome> removed =
        items(connector.members(new MemberPlan(team, List.of(), accounts), soon()));
    assertThat(removed).hasSize(most);
    assertThat(app.members(team)).isEmpty();
  }

  @Test
  void membersAreSeenOnlyAsFarAsTheAppTells() {
    String team = created(fresh("Seen"));
    String in = created(user(fresh("in")));
    String out = created(user(fresh("out")));
    add(team, in);

    Map<String, Seen> seen = connector.seeMembers(team, List.of(in, out), soon());

    if (connector.capabilities().seesMembers()) {
      assertThat(seen).containsEntry(in, Seen.PRESENT).containsEntry(out, Seen.ABSENT);
    } else {
      assertThat(seen.values()).allMatch(Seen.UNKNOWN::equals);
    }
  }

  @Test
  void manyThreadsAtOnceLoseNothing() throws Exception {
    String team = created(fresh("Busy"));
    List<Callable<String>> work = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      work.add(() -> created(user(fresh("busy"))));
    }
    List<String> accounts = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(8)) {
      for (Future<String> done : workers.invokeAll(work)) {
        accounts.add(done.get());
      }
    }
    assertThat(accounts).doesNotHaveDuplicates();
    assertThat(add(team, accounts.toArray(String[]::new))).hasSize(24);
    assertThat(app.members(team)).hasSize(24);
  }

  // Grants

  private Capabilities.Roles roles() {
    return connector.capabilities().roles();
  }

  private Map<String, Outcome> grant(
      String subject, boolean onTeam, List<GrantPlan.Role> granted, List<GrantPlan.Role> revoked) {
    return items(connector.grants(new GrantPlan(subject, onTeam, granted, revoked), soon()));
  }

  /** What one of the sentences about grants is about: a fresh account, and a fresh team. */
  private void ofEachSubject(GrantSentence sentence) {
    assumeTrue(roles().any(), "the app has no roles");
    if (roles().onAccounts()) {
      String account = created(user(fresh("holder")));
      if (roles().needTeam()) {
        add(created(fresh("Holders")), account);
      }
      sentence.holds(account, false);
    }
    if (roles().onTeams()) {
      sentence.holds(created(fresh("Holding")), true);
    }
  }

  private interface GrantSentence {
    void holds(String subject, boolean onTeam);
  }

  @Test
  void anAppWithoutRolesRefusesGrants() {
    assumeTrue(!roles().any(), "the app has roles");
    GrantPlan plan =
        new GrantPlan("someone", false, List.of(new GrantPlan.Role("admin", "")), List.of());

    assertThat(connector.grants(plan, soon()))
        .isInstanceOfSatisfying(
            BatchOutcome.Whole.class,
            whole -> assertThat(whole.why()).isInstanceOf(Outcome.Reject.class));
  }

  @Test
  void rolesAreGrantedAndRevokedInOnePlan() {
    ofEachSubject(
        (subject, onTeam) -> {
          GrantPlan.Role goes = app.rolesToGrant().get(0);
          GrantPlan.Role comes = app.rolesToGrant().get(1);
          succeeded(grant(subject, onTeam, List.of(goes), List.of()).get(goes.key()));
          assertThat(app.roles(subject, onTeam)).containsExactly(goes.key());

          Map<String, Outcome> outcomes = grant(subject, onTeam, List.of(comes), List.of(goes));

          assertThat(outcomes).containsOnlyKeys(goes.key(), comes.key());
          outcomes.values().forEach(ConnectorContract::succeeded);
          assertThat(app.roles(subject, onTeam)).containsExactly(comes.key());
        });
  }

  @Test
  void grantingARoleTwiceSucceedsAndMakesOneGrant() {
    ofEachSubject(
        (subject, onTeam) -> {
          GrantPlan.Role role = app.rolesToGrant().get(0);
          succeeded(grant(subject, onTeam, List.of(role), List.of()).get(role.key()));
          succeeded(grant(subject, onTeam, List.of(role), List.of()).get(role.key()));
          assertThat(app.roles(subject, onTeam)).containsExactly(role.key());
          succeeded(grant(subject, onTeam, List.of(), List.of(role)).get(role.key()));
          assertThat(app.roles(subject, onTeam)).isEmpty();
        });
  }

  @Test
  void revokingARoleThatIsNotHeldSucceedsBesideOneThatIs() {
    ofEachSubject(
        (subject, onTeam) -> {
          GrantPlan.Role held = app.rolesToGrant().get(0);
          GrantPlan.Role never = app.rolesToGrant().get(1);
          succeeded(grant(subject, onTeam, List.of(), List.of(never)).get(never.key()));
          grant(subject, onTeam, List.of(held), List.of());

          Map<String, Outcome> outcomes = grant(subject, onTeam, List.of(), List.of(held, never));

          assertThat(outcomes).containsOnlyKeys(held.key(), never.key());
          outcomes.values().forEach(ConnectorContract::succeeded);
          assertThat(app.roles(subject, onTeam)).isEmpty();
        });
  }

  @Test
  void rolesThatOthersGrantedStay() {
    ofEachSubject(
        (subject, onTeam) -> {
          assumeTrue(!roles().oneOnly(), "a subject holds one role");
          GrantPlan.Role foreign = app.rolesToGrant().get(2);
          GrantPlan.Role ours = app.rolesToGrant().get(0);
          app.foreignGrant(subject, onTeam, foreign);

          grant(subject, onTeam, List.of(ours), List.of());
          assertThat(app.roles(subject, onTeam))
              .containsExactlyInAnyOrder(foreign.key(), ours.key());
          grant(subject, onTeam, List.of(), List.of(ours));

          assertThat(app.roles(subject, onTeam)).containsExactly(foreign.key());
        });
  }

  @Test
  void rolesOutliveEveryChangeOfTheAccount() {
    assumeTrue(roles().onAccounts(), "the app has no roles on accounts");
    Account account = user(fresh("lasting"));
    String id = created(account);
    if (roles().needTeam()) {
      add(created(fresh("Lasting")), id);
    }
    GrantPlan.Role role = app.rolesToGrant().get(0);
    grant(id, false, List.of(role), List.of());
    Account now = user(fresh("renamed"));

    connector.account(new AccountPlan.Update(id, now, account), soon());
    connector.account(new AccountPlan.Update(id, now, null), soon());
    connector.account(new AccountPlan.Enable(id, now), soon());

    assertThat(app.roles(id, false)).containsExactly(role.key());
  }

  @Test
  void grantsAreSeenOnlyAsFarAsTheAppTells() {
    ofEachSubject(
        (subject, onTeam) -> {
          GrantPlan.Role in = app.rolesToGrant().get(0);
          GrantPlan.Role out = app.rolesToGrant().get(1);
          grant(subject, onTeam, List.of(in), List.of());

          Map<String, Seen> seen = connector.seeGrants(subject, onTeam, List.of(in, out), soon());

          if (roles().seen()) {
            assertThat(seen)
                .containsEntry(in.key(), Seen.PRESENT)
                .containsEntry(out.key(), Seen.ABSENT);
          } else {
            assertThat(seen.values()).allMatch(Seen.UNKNOWN::equals);
          }
        });
  }

  @Test
  void everythingThatASubjectHoldsItselfIsListedOrItIsAFailure() {
    ofEachSubject(
        (subject, onTeam) -> {
          assumeTrue(roles().listed(), "the app does not list what a subject holds");
          assertThat(found(connector.listGrants(subject, onTeam, 50, soon()))).isEmpty();
          GrantPlan.Role ours = app.rolesToGrant().get(0);
          GrantPlan.Role foreign = app.rolesToGrant().get(2);
          grant(subject, onTeam, List.of(ours), List.of());
          app.foreignGrant(subject, onTeam, foreign);

          assertThat(found(connector.listGrants(subject, onTeam, 50, soon())))
              .containsExactlyInAnyOrder(ours, foreign);
          assertThat(failed(connector.listGrants(subject, onTeam, 1, soon())))
              .as("more than was asked for")
              .isNotNull();
          assertThat(found(connector.listGrants("no-such-" + subject, onTeam, 50, soon())))
              .as("of nobody")
              .isEmpty();
        });
  }

  @Test
  void whoHoldsARoleIsListedWithWhetherTheyAreActive() {
    assumeTrue(roles().holders(), "the app does not list who holds a role");
    GrantPlan.Role role = app.rolesToGrant().get(1);
    Account active = user(fresh("active"));
    Account gone = user(fresh("gone"));
    String first = created(active);
    String second = created(gone);
    String other = created(user(fresh("other")));
    app.foreignGrant(first, false, role);
    grant(second, false, List.of(role), List.of());
    grant(other, false, List.of(app.rolesToGrant().get(0)), List.of());
    connector.account(new AccountPlan.Disable(second, gone.withActive(false)), soon());

    List<FoundAccount> holders = found(connector.holders(role, 50, soon()));

    assertThat(holders)
        .extracting(FoundAccount::remoteId, FoundAccount::active)
        .contains(
            org.assertj.core.groups.Tuple.tuple(first, true),
            org.assertj.core.groups.Tuple.tuple(second, false));
    assertThat(holders).extracting(FoundAccount::remoteId).doesNotContain(other);
    assertThat(found(connector.holders(role, 1, soon()))).hasSize(1);
  }

  @Test
  void anUnknownRoleIsRejectedByNameAndRevokedAlready() {
    ofEachSubject(
        (subject, onTeam) -> {
          assumeTrue(app.unknownRole().isPresent(), "the app takes any role");
          GrantPlan.Role unknown = app.unknownRole().orElseThrow();

          BatchOutcome outcome =
              connector.grants(new GrantPlan(subject, onTeam, List.of(unknown), List.of()), soon());

          Outcome why =
              switch (outcome) {
                case BatchOutcome.Whole whole -> whole.why();
                case BatchOutcome.Items all -> all.items().get(unknown.key());
              };
          assertThat(why)
              .isInstanceOfSatisfying(
                  Outcome.Reject.class,
                  reject -> assertThat(reject.reason()).contains(unknown.name()));
          assertThat(grant(subject, onTeam, List.of(), List.of(unknown)).get(unknown.key()))
              .isInstanceOf(Outcome.Already.class);
        });
  }

  @Test
  void rolesOfADeletedSubjectAnswerNotFound() {
    ofEachSubject(
        (subject, onTeam) -> {
          GrantPlan.Role role = app.rolesToGrant().get(0);
          if (onTeam) {
            connector.team(new TeamPlan.Delete(subject, true), soon());
          } else {
            assumeTrue(
                connector.capabilities().deletesAccounts(), "the app does not delete accounts");
            connector.account(new AccountPlan.Delete(subject), soon());
          }
          assertThat(grant(subject, onTeam, List.of(role), List.of()).get(role.key()))
              .isInstanceOf(Outcome.NotFound.class);
          assertThat(grant(subject, onTeam, List.of(), List.of(role)).get(role.key()))
              .isInstanceOf(Outcome.NotFound.class);
        });
  }

  @Test
  void aLostAnswerToAGrantCanBeRepeated() {
    ofEachSubject(
        (subject, onTeam) -> {
          GrantPlan.Role role = app.rolesToGrant().get(0);
          app.loseTheNextAnswer();

          BatchOutcome outcome =
              connector.grants(new GrantPlan(subject, onTeam, List.of(role), List.of()), soon());

          Outcome lost =
              switch (outcome) {
                case BatchOutcome.Whole whole -> whole.why();
                case BatchOutcome.Items all -> all.items().get(role.key());
              };
          assertThat(lost)
              .isInstanceOfSatisfying(
                  Outcome.Retry.class, retry -> assertThat(retry.mayHaveApplied()).isTrue());
          succeeded(grant(subject, onTeam, List.of(role), List.of()).get(role.key()));
          assertThat(app.roles(subject, onTeam)).containsExactly(role.key());
        });
  }

  // Trouble

  @Test
  void badCredentialsAreAuthFailedEverywhereAndNeverShown() {
    String wrong = "wrong-secret-1234567";
    Account account = user(fresh("locked"));
    try (Connector stranger = app.connectWith(wrong)) {
      List<String> reasons = new ArrayList<>();
      Health health = stranger.check(soon());
      assertThat(health.state()).isEqualTo(Health.State.AUTH_FAILED);
      reasons.add(health.detail());
      List<Outcome> outcomes =
          List.of(
              failed(stranger.findAccounts(keys(account), soon())),
              failed(stranger.findTeams(new TeamKeys("x"), soon())),
              failed(stranger.seeTeam(app.foreignTeam(fresh("Asked")), soon())),
              stranger.account(new AccountPlan.Create(account), soon()),
              stranger.team(new TeamPlan.Create(new Team("x", null)), soon()));
      for (Outcome outcome : outcomes) {
        assertThat(outcome).isInstanceOf(Outcome.AuthFailed.class);
        reasons.add(((Outcome.AuthFailed) outcome).reason());
      }
      BatchOutcome members = stranger.members(new MemberPlan("x", List.of("y"), List.of()), soon());
      assertThat(members).isInstanceOf(BatchOutcome.Whole.class);
      assertThat(((BatchOutcome.Whole) members).why()).isInstanceOf(Outcome.AuthFailed.class);
      assertThat(reasons)
          .noneMatch(reason -> reason.contains(wrong))
          .allMatch(r -> !r.contains("\n"));
    }
  }

  @Test
  void anUnreachableAppIsARetryThatCannotHaveAppliedAndServesAgainWhenItIsBack() {
    Account account = user(fresh("patient"));
    connector.check(soon());
    app.stop();
    try {
      assertThat(connector.check(soon()).state()).isEqualTo(Health.State.DOWN);
      assertThat(failed(connector.findAccounts(keys(account), soon())))
          .isInstanceOf(Outcome.Retry.class);
      assertThat(connector.account(new AccountPlan.Create(account), soon()))
          .isInstanceOfSatisfying(
              Outcome.Retry.class, it -> assertThat(it.mayHaveApplied()).isFalse());
    } finally {
      app.start();
    }
    created(account);
    assertThat(app.accounts(account.userName())).hasSize(1);
  }

  @Test
  void aLostAnswerToACreateSaysThatItMayHaveAppliedAndTheLookUpFindsIt() {
    Account account = user(fresh("lost"));
    connector.check(soon());
    app.loseTheNextAnswer();

    Outcome outcome = connector.account(new AccountPlan.Create(account), soon());

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Retry.class, retry -> assertThat(retry.mayHaveApplied()).isTrue());
    assertThat(found(connector.findAccounts(keys(account), soon()))).hasSize(1);
    assertThat(app.accounts(account.userName())).hasSize(1);
  }

  @Test
  void aLostAnswerToATeamCreateLeavesOneTeamToFind() {
    String name = fresh("LostTeam");
    connector.check(soon());
    app.loseTheNextAnswer();

    Outcome outcome = connector.team(new TeamPlan.Create(new Team(name, null)), soon());

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Retry.class, retry -> assertThat(retry.mayHaveApplied()).isTrue());
    assertThat(found(connector.findTeams(new TeamKeys(name), soon()))).hasSize(1);
  }

  @Test
  void aLostAnswerToAMemberAddCanBeRepeated() {
    String team = created(fresh("LostMember"));
    String account = created(user(fresh("lost")));
    app.loseTheNextAnswer();

    BatchOutcome outcome =
        connector.members(new MemberPlan(team, List.of(account), List.of()), soon());

    assertThat(outcome).isInstanceOf(BatchOutcome.Whole.class);
    assertThat(((BatchOutcome.Whole) outcome).why())
        .isInstanceOfSatisfying(
            Outcome.Retry.class, retry -> assertThat(retry.mayHaveApplied()).isTrue());
    succeeded(add(team, account).get(account));
    assertThat(app.members(team)).containsExactly(app.asMember(account));
  }

  @Test
  void everyCallEndsWithItsDeadline() {
    Account account = user(fresh("slow"));
    connector.check(soon());
    app.silent(true);
    long start = System.nanoTime();
    Deadline deadline = Deadline.in(Duration.ofMillis(400));

    Outcome outcome = connector.account(new AccountPlan.Create(account), deadline);
    Outcome.Failure lookup = failed(connector.findAccounts(keys(account), deadline));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Retry.class, retry -> assertThat(retry.mayHaveApplied()).isTrue());
    assertThat(lookup).isInstanceOf(Outcome.Retry.class);
    try (Connector newcomer = app.connect()) {
      Outcome cold =
          newcomer.account(new AccountPlan.Create(account), Deadline.in(Duration.ofMillis(400)));
      assertThat(cold).isInstanceOf(Outcome.Retry.class);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(3000));
  }

  // Trouble that HTTP apps make

  private HttpFaults http() {
    assumeTrue(app.http().isPresent(), "the app does not speak HTTP");
    return app.http().orElseThrow();
  }

  @Test
  void aThrottledCallCarriesTheAppsDelayInSecondsOrAsADateWhateverTheStatus() {
    HttpFaults http = http();
    Account account = user(fresh("hasty"));
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(90));
    for (int status : List.of(429, 503, 403, 404)) {
      http.next("*", new Fault.Instead(status, Map.of("Retry-After", "17"), ""));
      assertThat(connector.account(new AccountPlan.Create(account), soon()))
          .isInstanceOfSatisfying(
              Outcome.Throttled.class,
              it -> assertThat(it.after()).isEqualTo(Duration.ofSeconds(17)));
    }
    http.next("*", new Fault.Instead(429, Map.of("Retry-After", date), ""));
    assertThat(failed(connector.findTeams(new TeamKeys("x"), soon())))
        .isInstanceOfSatisfying(
            Outcome.Throttled.class,
            it -> assertThat(it.after()).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(90)));
    http.next("*", new Fault.Instead(429, Map.of(), ""));
    assertThat(connector.account(new AccountPlan.Create(account), soon()))
        .isInstanceOfSatisfying(Outcome.Throttled.class, it -> assertThat(it.after()).isNull());
    assertThat(app.accounts(account.userName())).isEmpty();
  }

  @Test
  void aRefusalIsAskedOnceAndRejectedWithTheAppsOwnWords() {
    HttpFaults http = http();
    http.next("POST", new Fault.Instead(400, json(), "{\"detail\":\"no\\n" + app.secret() + "\"}"));
    http.forgetSeen();

    Outcome outcome = connector.account(new AccountPlan.Create(user(fresh("no"))), soon());

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Reject.class,
            it ->
                assertThat(it.reason())
                    .contains("no ***")
                    .doesNotContain(app.secret())
                    .doesNotContain("\n"));
    assertThat(http.seen()).hasSize(1);
  }

  @Test
  void anAppInTroubleIsARetry() {
    HttpFaults http = http();
    for (int status : List.of(500, 502, 504, 408, 425)) {
      http.next("*", new Fault.Instead(status, Map.of(), "oops"));
      assertThat(connector.account(new AccountPlan.Create(user(fresh("x"))), soon()))
          .isInstanceOf(Outcome.Retry.class);
      http.next("*", new Fault.Instead(status, Map.of(), "oops"));
      assertThat(failed(connector.findTeams(new TeamKeys("x"), soon())))
          .isInstanceOf(Outcome.Retry.class);
    }
  }

  @Test
  void aDuplicatedCreateIsAConflictThatTheLookUpResolves() {
    HttpFaults http = http();
    Account account = user(fresh("echo"));
    http.next("POST", new Fault.Duplicate());

    assertThat(connector.account(new AccountPlan.Create(account), soon()))
        .isInstanceOf(Outcome.Conflict.class);

    assertThat(app.accounts(account.userName())).hasSize(1);
    assertThat(found(connector.findAccounts(keys(account), soon()))).hasSize(1);
  }

  @Test
  void halfAnAnswerIsNoAnswer() {
    HttpFaults http = http();
    Account account = user(fresh("half"));
    http.next("POST", new Fault.HalfBody());

    assertThat(connector.account(new AccountPlan.Create(account), soon()))
        .isInstanceOfSatisfying(
            Outcome.Retry.class, it -> assertThat(it.mayHaveApplied()).isTrue());
    http.next("GET", new Fault.HalfBody());
    assertThat(failed(connector.findAccounts(keys(account), soon())))
        .isInstanceOf(Outcome.Retry.class);
    assertThat(found(connector.findAccounts(keys(account), soon()))).hasSize(1);
    if (roles().listed()) {
      String id = found(connector.findAccounts(keys(account), soon())).getFirst().remoteId();
      http.next("GET", new Fault.HalfBody());
      assertThat(failed(connector.listGrants(id, false, 50, soon())))
          .isInstanceOf(Outcome.Retry.class);
    }
  }

  /** Bodies of a 200 that are no answer to a look-up or a creation. */
  protected List<String> nonsense() {
    return List.of("<html>please log in</html>", "{}", "[]", "");
  }

  @Test
  void aLyingYesIsNotBelievedWhereTheAnswerShowsIt() {
    HttpFaults http = http();
    Account account = user(fresh("liar"));
    for (String body : nonsense()) {
      http.next("POST", new Fault.Instead(200, json(), body));
      assertThat(connector.account(new AccountPlan.Create(account), soon()))
          .as(body)
          .isInstanceOfSatisfying(
              Outcome.Retry.class, it -> assertThat(it.mayHaveApplied()).isTrue());
      http.next("GET", new Fault.Instead(200, json(), body));
      assertThat(connector.findAccounts(keys(account), soon()))
          .as(body)
          .isInstanceOf(Lookup.Failed.class);
    }
    assertThat(app.accounts(account.userName())).isEmpty();
  }

  @Test
  void aLyingMemberAddIsSeenByALook() {
    HttpFaults http = http();
    assumeTrue(connector.capabilities().seesMembers(), "the app shows no members");
    String team = created(fresh("Lies"));
    String account = created(user(fresh("lied")));
    http.next("write", new Fault.Instead(200, json(), "{\"id\":\"" + team + "\"}"));

    add(team, account);

    assertThat(connector.seeMembers(team, List.of(account), soon()))
        .containsEntry(account, Seen.ABSENT);
  }

  @Test
  void aRedirectIsNotFollowed() {
    HttpFaults http = http();
    http.next("*", new Fault.Instead(302, Map.of("Location", http.url() + "/elsewhere"), ""));
    http.forgetSeen();

    assertThat(failed(connector.findTeams(new TeamKeys("x"), soon())))
        .isInstanceOf(Outcome.Reject.class);

    assertThat(http.seen()).hasSize(1);
  }

  private static Map<String, String> json() {
    return Map.of("Content-Type", "application/json");
  }
}
