package dev.idbridge.directory;

import static dev.idbridge.testing.Intake.members;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.UserChange;
import dev.idbridge.testing.OnBothStores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random requests about members, named by id, userName and externalId in any order with the
 * arrivals, renames and ends of those named, against a model that is plain and slow: who is in a
 * group, and whom it waits for.
 */
class MemberReferencesModelTest extends OnBothStores {
  private static final int STEPS = Integer.getInteger("members.steps", 250);

  /** A user of the model. */
  private record Person(String id, String userName, @Nullable String externalId) {}

  /** A group of the model: ids of members, and references that name nobody yet. */
  private static final class Team {
    final String id;
    final Set<String> members = new TreeSet<>();
    final Set<String> waiting = new TreeSet<>();

    Team(String id) {
      this.id = id;
    }
  }

  private final Map<String, Person> people = new TreeMap<>();
  private final List<Team> teams = new ArrayList<>();
  private final List<String> deleted = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private String prefix = "";
  private Random random = new Random();

  @Test
  void whoIsInAGroupIsWhatTheRequestsSaidInTheirOrder() throws ChangeRefused {
    long seed = Long.getLong("members.seed", System.nanoTime());
    System.out.println("member references, seed " + seed);
    random = new Random(seed);
    prefix = "mr" + Long.toString(seed & 0xffffff, 36) + "-";
    for (int i = 0; i < 4; i++) {
      teams.add(new Team(intake.newGroup(prefix + "group-" + i)));
    }
    for (int step = 0; step < STEPS; step++) {
      act();
      if (step % 10 == 9) {
        intake.arrivals.missed();
        teams.forEach(team -> List.copyOf(team.waiting).forEach(ref -> joinIfThere(team, ref)));
        compare(seed);
      }
    }
  }

  private void compare(long seed) {
    for (Team team : teams) {
      String why = "seed " + seed + ", group " + team.id + ": " + story;
      assertThat(new TreeSet<>(intake.memberIds(team.id))).as(why).isEqualTo(team.members);
      Set<String> parked = new TreeSet<>();
      intake
          .rows("SELECT member_ref FROM parked_member WHERE group_id = ?", Long.parseLong(team.id))
          .forEach(row -> parked.add(row.getFirst()));
      assertThat(parked).as(why).isEqualTo(team.waiting);
    }
  }

  private void act() throws ChangeRefused {
    Team team = teams.get(random.nextInt(teams.size()));
    switch (random.nextInt(12)) {
      case 0, 1 -> arrive();
      case 2 -> rename();
      case 3 -> end();
      case 4 -> leftOver(team);
      case 5 -> replace(team);
      default -> change(team);
    }
  }

  private String name() {
    return prefix + "user-" + random.nextInt(6);
  }

  private @Nullable String externalId() {
    return random.nextInt(3) == 0 ? null : prefix + "ext-" + random.nextInt(5);
  }

  private static Attributes attributes(String userName, @Nullable String externalId) {
    Attributes own = Attributes.of(Map.of("userName", userName));
    return externalId == null ? own : own.with("externalId", externalId);
  }

  private void arrive() throws ChangeRefused {
    String userName = name();
    String externalId = externalId();
    if (named(userName) != null) {
      return;
    }
    String id =
        intake.apply(new UserChange.Create(attributes(userName, externalId))).resource().publicId();
    story.add("made " + id + " as " + userName + "/" + externalId);
    Person person = new Person(id, userName, externalId);
    people.put(id, person);
    joinWhereAwaited(person);
  }

  private void rename() throws ChangeRefused {
    Person before = anybody();
    String userName = name();
    String externalId = externalId();
    if (before == null || (named(userName) != null && !before.userName().equals(userName))) {
      return;
    }
    intake.apply(new UserChange.Replace(before.id(), attributes(userName, externalId)));
    story.add("renamed " + before.id() + " to " + userName + "/" + externalId);
    Person after = new Person(before.id(), userName, externalId);
    people.put(before.id(), after);
    if (!after.equals(before)) {
      joinWhereAwaited(after);
    }
  }

  private void end() throws ChangeRefused {
    Person person = anybody();
    if (person == null) {
      return;
    }
    intake.apply(new UserChange.Delete(person.id()));
    story.add("deleted " + person.id());
    people.remove(person.id());
    deleted.add(person.id());
    teams.forEach(team -> team.members.remove(person.id()));
  }

  /** A request and the arrival of whom it names commit at the same moment. */
  private void leftOver(Team team) {
    String ref = reference();
    if (resolved(ref) == null || people.containsKey(ref) || team.waiting.contains(ref)) {
      return;
    }
    ParkedMembersTest.leftOver(team.id, ref);
    story.add("parked " + ref + " in " + team.id + " beside its arrival");
    team.waiting.add(ref);
  }

  private void replace(Team team) throws ChangeRefused {
    List<String> refs = references();
    intake.apply(
        new GroupChange.Replace(
            team.id,
            Attributes.of(Map.of("displayName", prefix + "group-" + teams.indexOf(team))),
            refs));
    story.add("set " + refs + " in " + team.id);
    team.members.clear();
    team.waiting.clear();
    refs.forEach(ref -> in(team, ref));
  }

  /** Within one request nobody is named twice: the last word counts there, and names nobody. */
  private void change(Team team) throws ChangeRefused {
    List<MemberOp> ops = new ArrayList<>();
    Set<String> named = new TreeSet<>();
    boolean single = false;
    for (int i = 0; i <= random.nextInt(3) && !single; i++) {
      List<String> refs =
          references().stream()
              .filter(ref -> named.add(String.valueOf(resolved(ref))) || resolved(ref) == null)
              .filter(ref -> resolved(ref) != null || named.add(ref.toLowerCase(Locale.ROOT)))
              .toList();
      if (refs.isEmpty() || (i > 0 && refs.stream().anyMatch(this::ambiguous))) {
        continue;
      }
      single = refs.stream().anyMatch(this::ambiguous);
      boolean add = random.nextBoolean();
      ops.add(add ? new MemberOp.Add(refs) : new MemberOp.Remove(refs));
      refs.forEach(add ? ref -> in(team, ref) : ref -> out(team, ref));
    }
    story.add("in " + team.id + ": " + ops);
    intake.apply(members(team.id, ops.toArray(MemberOp[]::new)));
  }

  private boolean ambiguous(String ref) {
    return people.values().stream().filter(person -> ref.equals(person.externalId())).count() > 1;
  }

  // The model

  private void in(Team team, String ref) {
    String id = resolved(ref);
    if (id != null) {
      team.members.add(id);
      team.waiting.removeIf(waiting -> !ref.equals(id) && waiting.equalsIgnoreCase(ref));
    } else if (!deleted.contains(ref)) {
      team.waiting.add(ref);
    }
  }

  private void out(Team team, String ref) {
    String id = resolved(ref);
    team.waiting.removeIf(waiting -> waiting.equalsIgnoreCase(ref));
    if (id != null) {
      team.members.remove(id);
      Person person = people.get(id);
      team.waiting.removeIf(
          waiting ->
              person != null
                  && (waiting.equalsIgnoreCase(person.userName())
                      || waiting.equals(person.externalId())));
    }
  }

  private void joinWhereAwaited(Person person) {
    for (Team team : teams) {
      for (String ref : List.copyOf(team.waiting)) {
        if (ref.equalsIgnoreCase(person.userName()) || ref.equals(person.externalId())) {
          joinIfThere(team, ref);
        }
      }
    }
  }

  private void joinIfThere(Team team, String ref) {
    String id = resolved(ref);
    if (id != null) {
      team.waiting.remove(ref);
      team.waiting.removeIf(waiting -> waiting.equalsIgnoreCase(ref));
      team.members.add(id);
    }
  }

  /** By id, else by the externalId of exactly one, else by userName. */
  private @Nullable String resolved(String ref) {
    if (people.containsKey(ref)) {
      return ref;
    }
    List<String> owners =
        people.values().stream()
            .filter(person -> ref.equals(person.externalId()))
            .map(Person::id)
            .toList();
    return owners.isEmpty() ? named(ref) : owners.size() == 1 ? owners.getFirst() : null;
  }

  private @Nullable String named(String userName) {
    return people.values().stream()
        .filter(person -> person.userName().equalsIgnoreCase(userName))
        .map(Person::id)
        .findFirst()
        .orElse(null);
  }

  // The generator

  private @Nullable Person anybody() {
    List<Person> all = new ArrayList<>(people.values());
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private List<String> references() {
    List<String> refs = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      refs.add(reference());
    }
    Collections.shuffle(refs, random);
    return refs.stream().distinct().toList();
  }

  private String reference() {
    Person somebody = anybody();
    return switch (random.nextInt(6)) {
      case 0, 1 -> somebody == null ? name() : somebody.id();
      case 2 -> prefix + "ext-" + random.nextInt(5);
      case 3 -> deleted.isEmpty() ? name() : deleted.get(random.nextInt(deleted.size()));
      case 4 -> name().toUpperCase(Locale.ROOT);
      default -> name();
    };
  }
}
