package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
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
  final Person[] people = new Person[PEOPLE];
  final Club[] clubs = new Club[CLUBS];
  final Set<String> inEveryone = new TreeSet<>();
  final Set<String> gone = new TreeSet<>();
  final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();

  /** Last user name and number of lives of each slot. */
  private final String[] userNames = new String[PEOPLE];

  final int[] lives = new int[PEOPLE];
  final int[] clubLives = new int[CLUBS];
  private int count;

  /**
   * @param ticket waits for the next request's turn; false when the day is over
   * @param everyone id of the shared group
   */
  Clerk(String name, long seed, ScimClient scim, Supplier<Boolean> ticket, String everyone) {
    this.name = name;
    this.random = new Random(seed);
    this.coin = new Random(seed + 1);
    this.scim = scim;
    this.ticket = ticket;
    this.everyone = everyone;
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
      people[slot] = create(slot);
    } else if (what < 15 && !person.userName().equals(CrashApps.ADOPTED)) {
      String fresh = slot(slot) + "n" + count;
      userNames[slot] = fresh;
      people[slot] = update(person, person.named(fresh), what % 2 == 0);
      userNames[slot] = people[slot].userName();
    } else if (what < 40) {
      people[slot] = update(person, person.shown("P" + count), what % 2 == 0);
    } else if (what < 80) {
      people[slot] = update(person, person.active(!person.active()), what % 2 == 0);
    } else if (!person.userName().equals(CrashApps.ADOPTED)) {
      if (delete("/Users/" + person.id())) {
        gone.add(person.id());
        people[slot] = null;
        inEveryone.remove(person.id());
        for (int i = 0; i < CLUBS; i++) {
          clubs[i] = clubs[i] == null ? null : clubs[i].minus(Set.of(person.id()));
        }
      }
    }
  }

  /** A new life of the slot's user, under the name the last one had. */
  private Person create(int slot) {
    if (userNames[slot] == null) {
      boolean adopted = name.equals("w0") && slot == 0;
      userNames[slot] = adopted ? CrashApps.ADOPTED : slot(slot) + "n" + count;
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
    return settle(
        before,
        after,
        () -> scim.send(put ? "PUT" : "PATCH", path, body),
        () -> Person.of(scim.get(path).body()));
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
    Set<String> some = some();
    if (club == null) {
      clubs[slot] = createClub(slot, some);
      return;
    }
    String path = "/Groups/" + club.id();
    Supplier<Club> read = () -> Club.of(scim.get(path).body());
    if (what < 12) {
      Club after = club.named(clubSlot(slot) + "n" + count);
      ObjectNode body =
          patch(List.of(operation("replace", "displayName").put("value", after.name())));
      clubs[slot] = settle(club, after, () -> scim.send("PATCH", path, body), read);
    } else if (what < 20) {
      if (delete(path)) {
        gone.add(club.id());
        clubs[slot] = null;
      }
    } else if (what < 32) {
      Club after = club.having(some);
      clubs[slot] = settle(club, after, () -> scim.send("PUT", path, after.json()), read);
    } else if (!some.isEmpty()) {
      boolean add = what < 72;
      Club after = add ? club.plus(some) : club.minus(some);
      ObjectNode body = patch(memberOperations(add, some));
      clubs[slot] = settle(club, after, () -> scim.send("PATCH", path, body), read);
    }
  }

  private Club createClub(int slot, Set<String> members) {
    clubLives[slot]++;
    Club fresh = new Club("", clubSlot(slot) + "n" + count, members);
    Answer answer = scim.send("POST", "/Groups", fresh.json());
    while (answer.none()) {
      JsonNode found = scim.find("/Groups", "displayName", fresh.name());
      if (!found.isMissingNode()) {
        Club there = Club.of(scim.get("/Groups/" + found.path("id").asText()).body());
        check(there.equals(fresh.with(there.id())), "half a group: " + there + " for " + fresh);
        return there;
      }
      answer = scim.send("POST", "/Groups", fresh.json());
    }
    check(answer.status() == 201, "create of " + fresh + " says " + answer);
    return answer.status() == 201 ? fresh.with(answer.body().path("id").asText()) : null;
  }

  private void everyoneStep() {
    Set<String> some = some();
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
  }

  /** The part of the shared group that this clerk decides about. */
  private Club ours(Club club) {
    Set<String> mine = new TreeSet<>(club.members());
    mine.retainAll(Arrays.stream(people).filter(Objects::nonNull).map(Person::id).toList());
    return new Club(everyone, "", mine);
  }

  /** Some of this clerk's users that exist. */
  private Set<String> some() {
    Set<String> some = new TreeSet<>();
    for (Person person : people) {
      if (person != null && random.nextInt(3) == 0) {
        some.add(person.id());
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
      if (coin.nextBoolean()) {
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
      people[i] = people[i] == null ? create(i) : people[i];
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
      inEveryone.addAll(both);
    } else {
      inEveryone.removeAll(both);
    }
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
