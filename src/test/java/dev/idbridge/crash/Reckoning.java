package dev.idbridge.crash;

import dev.idbridge.crash.View.Account;
import dev.idbridge.crash.View.Team;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares what the identity provider knows with what the bridge says and the apps hold. */
final class Reckoning {
  /** How many of a crowd are asked for one by one. */
  private static final int SAMPLE = 100;

  private final List<Clerk> clerks;
  private final @Nullable Crowd crowd;
  private final List<String> problems = new ArrayList<>();

  Reckoning(List<Clerk> clerks, @Nullable Crowd crowd) {
    this.clerks = clerks;
    this.crowd = crowd;
  }

  List<String> problems() {
    return problems;
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      problems.add(otherwise);
    }
  }

  /** Every acknowledged write is visible, nothing else is. */
  void bridge(ScimClient scim, String everyone) {
    Set<String> inEveryone = new TreeSet<>();
    for (Clerk clerk : clerks) {
      told(scim, clerk.told());
      for (String id : clerk.gone) {
        check(
            scim.get("/Users/" + id).status() == 404 && scim.get("/Groups/" + id).status() == 404,
            id + " was deleted and is there");
      }
      inEveryone.addAll(clerk.inEveryone);
    }
    if (crowd != null) {
      told(scim, crowd.told());
    }
    Club shared = Club.of(scim.get("/Groups/" + everyone).body());
    check(
        shared.members().equals(inEveryone),
        "the shared group should have " + inEveryone + " and has " + shared);
  }

  private void told(ScimClient scim, Told told) {
    List<Person> people = new ArrayList<>(told.people().values());
    Collections.shuffle(people);
    for (Person person : people.subList(0, Math.min(SAMPLE, people.size()))) {
      Answer answer = scim.get("/Users/" + person.id());
      check(
          answer.ok() && Person.of(answer.body()).equals(person),
          "acknowledged " + person + ", the bridge has " + answer);
    }
    for (Club club : told.clubs()) {
      Answer answer = scim.get("/Groups/" + club.id());
      check(
          answer.ok() && Club.of(answer.body()).equals(club),
          "acknowledged " + club + ", the bridge has " + answer);
    }
  }

  /** The app holds what it should: once, ours beside what was there before. */
  void app(CrashApp app, String everyone) {
    List<Told> told = new ArrayList<>(clerks.stream().map(Clerk::told).toList());
    if (crowd != null) {
      told.add(crowd.told());
    }
    Expected expected = new Expected(app, told, everyone);
    View view = app.view();
    accounts(app, view, expected);
    teams(app, view, expected);
    for (Clerk clerk : clerks) {
      for (int i = 0; i < Clerk.PEOPLE; i++) {
        String slot = clerk.slot(i);
        once(app.name(), "accounts made for " + slot, view.madeAccounts(), slot, 1);
      }
      for (int i = 0; i < Clerk.CLUBS; i++) {
        String slot = clerk.clubSlot(i);
        once(app.name(), "teams made for " + slot, view.madeTeams(), slot, clerk.clubLives[i]);
      }
    }
    if (crowd != null) {
      once(app.name(), "teams made", view.madeTeams(), Crowd.NAME, crowd.lives);
      Set<String> once = new HashSet<>();
      for (String made : view.madeAccounts()) {
        check(once.add(made), app.name() + ": made twice: " + made);
      }
    }
    for (String found : List.of(CrashApp.ADOPTED, CrashApp.EVERYONE, CrashApp.JOINED)) {
      check(
          !view.madeAccounts().contains(found) && !view.madeTeams().contains(found),
          app.name() + ": a second " + found);
    }
  }

  private void once(String app, String what, List<String> made, String slot, int most) {
    List<String> found = made.stream().filter(name -> name.startsWith(slot)).toList();
    check(
        found.size() <= most, app + ": " + what + " " + found + ", expected " + most + " at most");
  }

  private void accounts(CrashApp app, View view, Expected expected) {
    Set<String> explained = new HashSet<>();
    Map<String, List<Account>> byName =
        view.accounts().stream().collect(Collectors.groupingBy(Account::userName));
    Map<String, List<Account>> byExternalId =
        view.accounts().stream().collect(Collectors.groupingBy(Account::externalId));
    for (Person person : expected.people()) {
      List<Account> found = byName.getOrDefault(person.userName(), List.of());
      explained.add(person.externalId());
      if (person.active()) {
        check(
            found.size() == 1
                && found.getFirst().active()
                && found.getFirst().externalId().equals(person.externalId())
                && found.getFirst().displayName().equals(person.displayName()),
            app.name() + ": " + person + " has accounts " + found);
      }
      List<Account> same = byExternalId.getOrDefault(person.externalId(), List.of());
      check(
          same.size() <= 1 && (person.active() || same.stream().noneMatch(Account::active)),
          app.name() + ": " + person + " has accounts " + same);
      same.forEach(account -> roles(app, account, expected.roles(person)));
    }
    for (Account account : view.accounts()) {
      if (account.userName().equals(CrashApp.FOREIGNER)) {
        check(
            account.active()
                && account.externalId().isEmpty()
                && Set.of("", CrashApp.FOREIGNER).contains(account.displayName()),
            app.name() + ": the foreign account changed: " + account);
        roles(app, account, Set.of());
      } else if (!explained.contains(account.externalId())) {
        boolean untouched =
            account.userName().equals(CrashApp.ADOPTED) && account.externalId().isEmpty();
        check(
            untouched || !account.active(),
            app.name() + ": an active account of nobody: " + account);
        roles(app, account, Set.of());
      }
    }
    for (Clerk clerk : clerks) {
      for (int i = 0; i < Clerk.PEOPLE; i++) {
        String slot = clerk.slot(i);
        List<Account> all = having(view, a -> a.userName().startsWith(slot));
        check(all.size() <= 1, app.name() + ": several accounts of one person: " + all);
      }
    }
  }

  /** Ours, each once, beside those of before. */
  private void roles(CrashApp app, Account account, Set<String> ours) {
    Set<String> all = new TreeSet<>(ours);
    if (app.roles() && account.userName().equals(CrashApp.ADOPTED)) {
      // Whose account becomes one of ours keeps what it held, but for an app that strips all.
      if (!app.stripsAll() || account.externalId().isEmpty()) {
        all.add(CrashApp.OLD_ROLE);
      }
    }
    if (app.roles() && account.userName().equals(CrashApp.FOREIGNER)) {
      all.add(CrashApp.FOREIGN_ROLE);
    }
    check(
        account.roles().equals(List.copyOf(all)),
        app.name() + ": roles should be " + all + ": " + account);
  }

  private static List<Account> having(View view, Predicate<Account> what) {
    return view.accounts().stream().filter(what).toList();
  }

  private void teams(CrashApp app, View view, Expected expected) {
    Set<String> names = new HashSet<>(Set.of(CrashApp.UNTOUCHED, CrashApp.JOINED));
    Set<String> joined = Set.of();
    for (Club club : expected.clubs()) {
      names.add(club.name());
      Set<String> members = new TreeSet<>(expected.members(club));
      if (club.name().equals(CrashApp.EVERYONE)) {
        members.addAll(Set.of(CrashApp.FOREIGNER, CrashApp.ADOPTED));
      } else if (club.name().equals(CrashApp.JOINED)) {
        joined = members;
        continue;
      }
      Team team = team(app.name(), view, club.name(), members);
      if (team != null && app.hierarchy() && !club.name().equals(CrashApp.EVERYONE)) {
        List<String> parents = expected.parents(club);
        check(
            parents.isEmpty() ? team.parent().isEmpty() : parents.contains(team.parent()),
            app.name() + ": " + team + " should stand under " + parents);
      }
      check(
          team == null || Set.copyOf(team.roles()).equals(expected.roles(club)),
          app.name() + ": " + team + " should have the roles " + expected.roles(club));
    }
    Set<String> inJoined = new TreeSet<>(joined);
    inJoined.add(CrashApp.FOREIGNER);
    Team left = team(app.name(), view, CrashApp.JOINED, inJoined);
    check(left == null || left.parent().isEmpty(), app.name() + ": moved: " + left);
    team(app.name(), view, CrashApp.UNTOUCHED, Set.of(CrashApp.FOREIGNER));
    for (Team team : view.teams()) {
      check(names.contains(team.name()), app.name() + ": a team of no group: " + team);
    }
  }

  private @Nullable Team team(String app, View view, String name, Set<String> members) {
    List<Team> found = view.teams().stream().filter(t -> t.name().equals(name)).toList();
    check(
        found.size() == 1 && found.getFirst().members().equals(members.stream().sorted().toList()),
        app + ": team " + name + " should have " + members + ": " + found);
    return found.isEmpty() ? null : found.getFirst();
  }
}
