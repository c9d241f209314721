package dev.idbridge.crash;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an app should hold after everything the identity provider said, worked out from the
 * beginning.
 */
final class Expected {
  private final CrashApp app;
  private final Map<String, Person> people = new TreeMap<>();
  private final Map<String, Club> clubs = new HashMap<>();
  private final Map<String, Integer> returned = new HashMap<>();
  private final Map<List<String>, Integer> said = new HashMap<>();

  /**
   * @param everyone id of the group that all clients share
   */
  Expected(CrashApp app, List<Told> told, String everyone) {
    this.app = app;
    Set<String> shared = new TreeSet<>();
    for (Told one : told) {
      people.putAll(one.people());
      returned.putAll(one.returned());
      said.putAll(one.said());
      shared.addAll(one.inEveryone());
      one.clubs().forEach(club -> clubs.put(club.id(), club));
    }
    clubs.put(everyone, new Club(everyone, CrashApp.EVERYONE, shared));
  }

  Collection<Person> people() {
    return people.values();
  }

  Collection<Club> clubs() {
    return clubs.values();
  }

  /** Ours in the team of a group: who is active, and said to be in since they came back. */
  Set<String> members(Club club) {
    Set<String> feeding = new HashSet<>(Set.of(club.id()));
    if (!app.hierarchy()) {
      below(club.id(), feeding);
    }
    Set<String> names = new TreeSet<>();
    for (Person person : people.values()) {
      int latest =
          feeding.stream()
              .filter(group -> clubs.get(group).members().contains(person.id()))
              .mapToInt(group -> said(group, person))
              .max()
              .orElse(-1);
      if (person.active() && latest >= 0 && (app.membershipsReturn() || evident(latest, person))) {
        names.add(person.userName());
      }
    }
    return names;
  }

  private int said(String group, Person person) {
    return said.getOrDefault(List.of(group, person.id()), 0);
  }

  private boolean evident(int at, Person person) {
    return at > returned.getOrDefault(person.id(), -1);
  }

  private void below(String group, Set<String> all) {
    for (String member : clubs.get(group).members()) {
      if (clubs.containsKey(member) && all.add(member)) {
        below(member, all);
      }
    }
  }

  private void above(String group, Set<String> all) {
    for (Club club : clubs.values()) {
      if (club.members().contains(group) && all.add(club.id())) {
        above(club.id(), all);
      }
    }
  }

  /** Names under one of which the team of a group stands, where teams stand in teams. */
  List<String> parents(Club club) {
    List<String> names = new ArrayList<>();
    clubs.values().stream()
        .filter(one -> one.members().contains(club.id()))
        .forEach(one -> names.add(one.name()));
    return names;
  }

  /** Roles of ours that a user's account has. */
  Set<String> roles(Person person) {
    Set<String> roles = new TreeSet<>();
    if (!person.active() || !app.roles()) {
      return roles;
    }
    if (app.rolesReturn() || evident(0, person)) {
      roles.add(Rules.BASE);
    }
    for (Club direct : clubs.values()) {
      if (direct.members().contains(person.id())
          && (app.rolesReturn() || evident(said(direct.id(), person), person))) {
        Set<String> reached = new HashSet<>(Set.of(direct.id()));
        above(direct.id(), reached);
        reached.stream().map(id -> clubs.get(id).name()).forEach(name -> bring(name, roles));
      }
    }
    return roles;
  }

  private static void bring(String group, Set<String> roles) {
    if (group.equals(CrashApp.EVERYONE)) {
      roles.add(Rules.EVERYBODY);
    }
    Rules.COLOURS.stream().filter(colour -> group.endsWith("-" + colour)).forEach(roles::add);
  }

  /** Roles of ours that a group's team has. */
  Set<String> roles(Club club) {
    return app.hierarchy() && club.name().endsWith("-blue") ? Set.of(Rules.TEAM_ROLE) : Set.of();
  }
}
