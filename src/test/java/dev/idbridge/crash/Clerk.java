package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * One client thread of the identity provider, with users and groups of its own and one group that
 * it shares with the others. One request at a time, so that what it knows is exact; a request whose
 * answer was lost is sent again, or what came of it is read back.
 */
final class Clerk implements Runnable {
  static final int PEOPLE = 8;
  static final int CLUBS = 3;

  private final String name;
  private final Random random;
  private final Random coin;
  private final ScimClient scim;
  private final Supplier<Boolean> ticket;
  private final String everyone;
  private final List<String> apps;
  final Person[] people = new Person[PEOPLE];
  final Club[] clubs = new Club[CLUBS];
  final Set<String> inEveryone = new TreeSet<>();
  final Set<String> gone = new TreeSet<>();
  final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();

  /** Counted in steps. */
  private final Map<String, Integer> returned = new HashMap<>();

  private final Set<String> everActive = new HashSet<>();

  private final Map<List<String>, Integer> said = new HashMap<>();

  /** Teams that were cut off from their group: its id, the app. */
  private final Set<List<String>> detached = new HashSet<>();

  /** Last user name and number of lives of each slot. */
  private final String[] userNames = new String[PEOPLE];

  final int[] lives = new int[PEOPLE];
  final int[] clubLives = new int[CLUBS];
  private int count;

  /**
   * @param ticket waits for the next request's turn; false when the day is over
   * @param everyone id of the shared group
   * @param apps names of the apps that have teams
   */
  Clerk(
      String name,
      long seed,
      ScimClient scim,
      Supplier<Boolean> ticket,
      String everyone,
      List<String> apps) {
    this.name = name;
    this.random = new Random(seed);
    this.coin = new Random(seed + 1);
    this.scim = scim;
    this.ticket = ticket;
    this.everyone = everyone;
    this.apps = apps;
  }

  @Override
  public void run() {
    try {
      while (ticket.get()) {
        step();
      }
    } catch (RuntimeException | AssertionError e) {
      problems.add(name + " ended: " + e);
    }
  }

  /** Users of this clerk have names that begin so: one account each at most, ever. */
  String slot(int person) {
    return name + "u" + person + "-";
  }

  String clubSlot(int club) {
    return name + "g" + club + "-";
  }

  private void step() {
    count++;
    int what = random.nextInt(100);
    if (what < 50) {
      personStep(random.nextInt(PEOPLE), random.nextInt(100));
    } else if (what < 65) {
      everyoneStep();
    } else {
      clubStep(random.nextInt(CLUBS), random.nextInt(100));
    }
  }

  private void personStep(int slot, int what) {
    Person person = people[slot];
    if (person == null) {
      Person fresh = create(slot);
      people[slot] = fresh == null ? null : noted(fresh);
    } else if (what < 15 && !person.userName().equals(CrashApp.ADOPTED)) {
      String fresh = slot(slot) + "n" + count;
      userNames[slot] = fresh;
      people[slot] = update(person, person.named(fresh), what % 2 == 0);
      userNames[slot] = people[slot].userName();
    } else if (what < 40) {
      people[slot] = update(person, person.shown("P" + count), what % 2 == 0);
    } else if (what < 80) {
      people[slot] = update(person, person.active(!person.active()), what % 2 == 0);
    } else if (!person.userName().equals(CrashApp.ADOPTED)) {
      if (delete("/Users/" + person.id())) {
        gone.add(person.id());
        people[slot] = null;
        leaves(person.id());
      }
    }
  }

  /** Who is deleted is in nothing any more. */
  private void leaves(String id) {
    inEveryone.remove(id);
    for (int i = 0; i < CLUBS; i++) {
      clubs[i] = clubs[i] == null ? null : clubs[i].minus(Set.of(id));
    }
  }

  /** A new life of the slot's user, under the name the last one had. */
  private Person create(int slot) {
    if (userNames[slot] == null) {
      boolean adopted = name.equals("w0") && slot == 0;
      userNames[slot] = adopted ? CrashApp.ADOPTED : slot(slot) + "n" + count;
    }
    lives[slot]++;
    Person fresh =
        new Person(
            "",
            userNames[slot],
            slot(slot) + "life" + lives[slot],
            slot(slot) + "mail@example.com",
            "P" + count,
            random.nextInt(10) > 0);
    Answer answer = scim.send("POST", "/Users", fresh.json());
    while (answer.none()) {
      JsonNode found = scim.find("/Users", "userName", fresh.userName());
      if (!found.isMissingNode()) {
        Person there = Person.of(found);
        check(there.equals(fresh.with(there.id())), "half a user: " + there + " for " + fresh);
        return there;
      }
      if (coin.nextBoolean()) {
        return null;
      }
      answer = scim.send("POST", "/Users", fresh.json());
    }
    check(answer.status() == 201, "create of " + fresh + " says " + answer);
    return answer.status() == 201 ? Person.of(answer.body()) : null;
  }

  private Person update(Person before, Person after, boolean put) {
    String path = "/Users/" + before.id();
    ObjectNode body = put ? after.json() : patch(changes(before, after));
    Person settled =
        settle(
            before,
            after,
            () -> scim.send(put ? "PUT" : "PATCH", path, body),
            () -> Person.of(scim.get(path).body()));
    if (settled.active() && !before.active() && everActive.contains(settled.id())) {
      returned.put(settled.id(), count);
    }
    return noted(settled);
  }

  private Person noted(Person person) {
    if (person.active()) {
      everActive.add(person.id());
    }
    return person;
  }

  private static List<ObjectNode> changes(Person before, Person after) {
    List<ObjectNode> operations = new ArrayList<>();
    if (!before.userName().equals(after.userName())) {
      operations.add(operation("replace", "userName").put("value", after.userName()));
    }
    if (!before.displayName().equals(after.displayName())) {
      operations.add(operation("replace", "displayName").put("value", after.displayName()));
      operations.add(
          operation("replace", "name.givenName").put("value", "G " + after.displayName()));
    }
    if (before.active() != after.active()) {
      operations.add(operation("replace", "active").put("value", after.active()));
    }
    return operations;
  }

  private void clubStep(int slot, int what) {
    Club club = clubs[slot];
    Set<String> some = some(slot + 1);
    if (club == null) {
      clubs[slot] = createClub(slot, some);
      return;
    }
    String path = "/Groups/" + club.id();
    Supplier<Club> read = () -> Club.of(scim.get(path).body());
    if (what < 12 && !club.name().equals(CrashApp.JOINED)) {
      Club after = club.named(clubName(slot));
      ObjectNode body =
          patch(List.of(operation("replace", "displayName").put("value", after.name())));
      clubs[slot] = settle(club, after, () -> scim.send("PATCH", path, body), read);
    } else if (what < 20) {
      attach(club.id());
      if (delete(path)) {
        gone.add(club.id());
        clubs[slot] = null;
        leaves(club.id());
      }
    } else if (what < 32) {
      Club after = club.having(some);
      clubs[slot] = settle(club, after, () -> scim.send("PUT", path, after.json()), read);
      say(clubs[slot], after, some);
    } else if (what < 40) {
      String app = apps.get(random.nextInt(apps.size()));
      if (!act(club.id(), app, !detached.contains(List.of(club.id(), app)))) {
        attach(club.id());
      }
    } else if (!some.isEmpty()) {
      boolean add = what < 78;
      Club after = add ? club.plus(some) : club.minus(some);
      ObjectNode body = patch(memberOperations(add, some));
      clubs[slot] = settle(club, after, () -> scim.send("PATCH", path, body), read);
      if (add) {
        say(clubs[slot], after, some);
      }
    }
  }

  /** A colour, which brings a role, or a name that brings nothing. */
  private String clubName(int slot) {
    if (clubSlot(slot).equals("w1g0-")) {
      return CrashApp.JOINED;
    }
    int which = random.nextInt(2 * Rules.COLOURS.size());
    return clubSlot(slot) + (which < Rules.COLOURS.size() ? Rules.COLOURS.get(which) : "n" + count);
  }

  private void say(Club settled, Club after, Set<String> members) {
    if (settled.equals(after)) {
      members.forEach(member -> said.put(List.of(after.id(), member), count));
    }
  }

  /** Cuts a team off from its group, or ties it to the group again; false when there is none. */
  private boolean act(String group, String app, boolean detach) {
    List<String> place = List.of(group, app);
    Answer answer;
    do {
      answer = scim.act(group, app, detach ? "detach" : "attach");
    } while (answer.none());
    boolean done = answer.ok() || answer.status() == 409;
    check(done || answer.status() == 404, (detach ? "detach" : "attach") + " says " + answer);
    if (done && detach) {
      detached.add(place);
    } else if (!detach) {
      check(done, group + " cannot be attached again in " + app + ": " + answer);
      detached.remove(place);
    }
    return done;
  }

  private void attach(String group) {
    List.copyOf(detached).stream()
        .filter(place -> place.getFirst().equals(group))
        .forEach(place -> act(group, place.getLast(), false));
  }

  /** Every team follows its group again. */
  void attachAll() {
    List.copyOf(detached).forEach(place -> act(place.getFirst(), place.getLast(), false));
  }

  private Club createClub(int slot, Set<String> members) {
    clubLives[slot]++;
    Club fresh = new Club("", clubName(slot), members);
    Answer answer = scim.send("POST", "/Groups", fresh.json());
    while (answer.none()) {
      JsonNode found = scim.find("/Groups", "displayName", fresh.name());
      if (!found.isMissingNode()) {
        Club there = Club.of(scim.get("/Groups/" + found.path("id").asText()).body());
        check(there.equals(fresh.with(there.id())), "half a group: " + there + " for " + fresh);
        say(there, there, members);
        return there;
      }
      answer = scim.send("POST", "/Groups", fresh.json());
    }
    check(answer.status() == 201, "create of " + fresh + " says " + answer);
    if (answer.status() != 201) {
      return null;
    }
    Club made = fresh.with(answer.body().path("id").asText());
    say(made, made, members);
    return made;
  }

  private void everyoneStep() {
    Set<String> some = some(0);
    if (some.isEmpty()) {
      return;
    }
    boolean add = random.nextInt(5) < 3;
    Club before = new Club(everyone, "", inEveryone);
    Club after = add ? before.plus(some) : before.minus(some);
    ObjectNode body = patch(memberOperations(add, some));
    Club settled =
        settle(
            before,
            after,
            () -> scim.send("PATCH", "/Groups/" + everyone, body),
            () -> ours(Club.of(scim.get("/Groups/" + everyone).body())));
    inEveryone.clear();
    inEveryone.addAll(settled.members());
    if (add) {
      say(settled, after, some);
    }
  }

  /** The part of the shared group that this clerk decides about. */
  private Club ours(Club club) {
    Set<String> mine = new TreeSet<>(club.members());
    Set<String> all = new HashSet<>(byId().keySet());
    Arrays.stream(clubs).filter(Objects::nonNull).map(Club::id).forEach(all::add);
    mine.retainAll(all);
    return new Club(everyone, "", mine);
  }

  /** Some of this clerk's users that exist, and of its groups from this slot on. */
  private Set<String> some(int from) {
    Set<String> some = new TreeSet<>();
    for (Person person : people) {
      if (person != null && random.nextInt(3) == 0) {
        some.add(person.id());
      }
    }
    for (int i = from; i < CLUBS; i++) {
      if (clubs[i] != null && random.nextInt(3) == 0) {
        some.add(clubs[i].id());
      }
    }
    return some;
  }

  private static List<ObjectNode> memberOperations(boolean add, Collection<String> ids) {
    if (add) {
      ObjectNode operation = operation("add", "members");
      operation.set("value", Club.values(ids));
      return List.of(operation);
    }
    return ids.stream().map(id -> operation("remove", "members[value eq \"" + id + "\"]")).toList();
  }

  private static ObjectNode operation(String op, String path) {
    return JsonNodeFactory.instance.objectNode().put("op", op).put("path", path);
  }

  private static ObjectNode patch(List<ObjectNode> operations) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putArray("schemas").add("urn:ietf:params:scim:api:messages:2.0:PatchOp");
    patch.putArray("Operations").addAll(operations);
    return patch;
  }

  /** What is true after a request that may have to be sent again, or read back. */
  private <T> T settle(T before, T after, Supplier<Answer> send, Supplier<T> read) {
    Answer answer = send.get();
    while (answer.none()) {
      // What changes nothing cannot be read back, and may have been said or not: it is said again.
      if (!before.equals(after) && coin.nextBoolean()) {
        T now = read.get();
        check(
            now.equals(before) || now.equals(after),
            now + " is neither " + before + " nor " + after);
        return now;
      }
      answer = send.get();
    }
    check(answer.ok(), "change to " + after + " says " + answer);
    return answer.ok() ? after : before;
  }

  private boolean delete(String path) {
    Answer answer = scim.send("DELETE", path, null);
    boolean again = false;
    while (answer.none()) {
      again = true;
      if (coin.nextBoolean()) {
        return scim.get(path).status() == 404;
      }
      answer = scim.send("DELETE", path, null);
    }
    check(
        answer.ok() || (again && answer.status() == 404), "delete of " + path + " says " + answer);
    return true;
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      problems.add(name + ": " + otherwise);
    }
  }

  /** The adopted user and one that is ours come together in the shared group, both active. */
  void meet() {
    for (int i = 0; i < 2; i++) {
      count++;
      people[i] = people[i] == null ? noted(create(i)) : people[i];
      if (!people[i].active()) {
        people[i] = update(people[i], people[i].active(true), true);
      }
    }
    together(true);
  }

  /** Both leave the shared group. */
  void part() {
    together(false);
  }

  private void together(boolean add) {
    Set<String> both = Set.of(people[0].id(), people[1].id());
    Answer answer = scim.send("PATCH", "/Groups/" + everyone, patch(memberOperations(add, both)));
    check(answer.ok(), "the shared group says " + answer);
    if (add) {
      count++;
      both.forEach(member -> said.put(List.of(everyone, member), count));
      inEveryone.addAll(both);
    } else {
      inEveryone.removeAll(both);
    }
  }

  Told told() {
    return new Told(
        byId(), Arrays.stream(clubs).filter(Objects::nonNull).toList(), returned, said, inEveryone);
  }

  /** Every live user of this clerk by id. */
  TreeMap<String, Person> byId() {
    TreeMap<String, Person> all = new TreeMap<>();
    for (Person person : people) {
      if (person != null) {
        all.put(person.id(), person);
      }
    }
    return all;
  }
}
