package dev.idbridge.crash;

import dev.idbridge.crash.CrashApps.Account;
import dev.idbridge.crash.CrashApps.Team;
import dev.idbridge.crash.CrashApps.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Compares what the identity provider knows with what the bridge says and the apps hold. */
final class Reckoning {
  private final List<Clerk> clerks;
  private final List<String> problems = new ArrayList<>();

  Reckoning(List<Clerk> clerks) {
    this.clerks = clerks;
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
      for (Person person : clerk.byId().values()) {
        Answer answer = scim.get("/Users/" + person.id());
        check(
            answer.ok() && Person.of(answer.body()).equals(person),
            "acknowledged " + person + ", the bridge has " + answer);
      }
      for (Club club : clerk.clubs) {
        if (club != null) {
          Answer answer = scim.get("/Groups/" + club.id());
          check(
              answer.ok() && Club.of(answer.body()).equals(club),
              "acknowledged " + club + ", the bridge has " + answer);
        }
      }
      for (String id : clerk.gone) {
        check(
            scim.get("/Users/" + id).status() == 404 && scim.get("/Groups/" + id).status() == 404,
            id + " was deleted and is there");
      }
      inEveryone.addAll(clerk.inEveryone);
    }
    Club shared = Club.of(scim.get("/Groups/" + everyone).body());
    check(
        shared.members().equals(inEveryone),
        "the shared group should have " + inEveryone + " and has " + shared);
  }

  /** The app holds what it should: once, ours beside what was there before. */
  void app(String app, View view) {
    Map<String, Person> people = new TreeMap<>();
    clerks.forEach(clerk -> people.putAll(clerk.byId()));
    accounts(app, view, people.values());
    teams(app, view, people);
    for (Clerk clerk : clerks) {
      for (int i = 0; i < Clerk.PEOPLE; i++) {
        String slot = clerk.slot(i);
        once(app, "accounts made for " + slot, view.madeAccounts(), slot, 1);
      }
      for (int i = 0; i < Clerk.CLUBS; i++) {
        String slot = clerk.clubSlot(i);
        once(app, "teams made for " + slot, view.madeTeams(), slot, clerk.clubLives[i]);
      }
    }
    check(!view.madeAccounts().contains(CrashApps.ADOPTED), app + ": a second adopted account");
    check(!view.madeTeams().contains(CrashApps.EVERYONE), app + ": a second adopted team");
  }

  private void once(String app, String what, List<String> made, String slot, int most) {
    List<String> found = made.stream().filter(name -> name.startsWith(slot)).toList();
    check(
        found.size() <= most, app + ": " + what + " " + found + ", expected " + most + " at most");
  }

  private void accounts(String app, View view, Collection<Person> people) {
    Set<String> explained = new HashSet<>();
    for (Person person : people) {
      List<Account> found = having(view, a -> a.userName().equals(person.userName()));
      explained.add(person.externalId());
      if (person.active()) {
        check(
            found.size() == 1
                && found.getFirst().active()
                && found.getFirst().externalId().equals(person.externalId())
                && found.getFirst().displayName().equals(person.displayName()),
            app + ": " + person + " has accounts " + found);
      }
      List<Account> same = having(view, a -> a.externalId().equals(person.externalId()));
      check(
          same.size() <= 1 && (person.active() || same.stream().noneMatch(Account::active)),
          app + ": " + person + " has accounts " + same);
    }
    for (Account account : view.accounts()) {
      if (account.userName().equals(CrashApps.FOREIGNER)) {
        check(
            account.active()
                && account.externalId().isEmpty()
                && Set.of("", CrashApps.FOREIGNER).contains(account.displayName()),
            app + ": the foreign account changed: " + account);
      } else if (!explained.contains(account.externalId())) {
        boolean untouched =
            account.userName().equals(CrashApps.ADOPTED) && account.externalId().isEmpty();
        check(untouched || !account.active(), app + ": an active account of nobody: " + account);
      }
    }
    for (Clerk clerk : clerks) {
      for (int i = 0; i < Clerk.PEOPLE; i++) {
        String slot = clerk.slot(i);
        List<Account> all = having(view, a -> a.userName().startsWith(slot));
        check(all.size() <= 1, app + ": several accounts of one person: " + all);
      }
    }
  }

  private static List<Account> having(View view, Predicate<Account> what) {
    return view.accounts().stream().filter(what).toList();
  }

  private void teams(String app, View view, Map<String, Person> people) {
    Set<String> expected = new HashSet<>(Set.of(CrashApps.UNTOUCHED));
    for (Clerk clerk : clerks) {
      for (Club club : clerk.clubs) {
        if (club != null) {
          expected.add(club.name());
          team(app, view, club.name(), members(club.members(), people));
        }
      }
    }
    expected.add(CrashApps.EVERYONE);
    Set<String> shared = new TreeSet<>(Set.of(CrashApps.FOREIGNER, CrashApps.ADOPTED));
    clerks.forEach(clerk -> shared.addAll(members(clerk.inEveryone, people)));
    team(app, view, CrashApps.EVERYONE, shared);
    team(app, view, CrashApps.UNTOUCHED, Set.of(CrashApps.FOREIGNER));
    for (Team team : view.teams()) {
      check(expected.contains(team.name()), app + ": a team of no group: " + team);
    }
  }

  /** Only those who are active are in. */
  private static Set<String> members(Collection<String> ids, Map<String, Person> people) {
    Set<String> names = new TreeSet<>();
    for (String id : ids) {
      Person person = people.get(id);
      if (person != null && person.active()) {
        names.add(person.userName());
      }
    }
    return names;
  }

  private void team(String app, View view, String name, Set<String> members) {
    List<Team> found = view.teams().stream().filter(t -> t.name().equals(name)).toList();
    check(
        found.size() == 1 && found.getFirst().members().equals(members.stream().sorted().toList()),
        app + ": team " + name + " should have " + members + ": " + found);
  }
}
