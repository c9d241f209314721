package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * A client with thousands of users in one large group: replaced as a whole, changed by the hundred
 * and the thousand, renamed, deleted and made again. One request at a time; what got no answer is
 * sent again.
 */
final class Crowd implements Runnable {
  static final String NAME = "crowd-";

  private final int size;
  private final Random random;
  private final ScimClient scim;
  private final Supplier<Boolean> ticket;
  private final Map<String, Person> people = new TreeMap<>();
  private final List<String> ids = new ArrayList<>();
  private final Map<String, Integer> returned = new HashMap<>();
  private final Map<List<String>, Integer> said = new HashMap<>();
  final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  Club club;
  int lives;
  private int count;

  Crowd(int size, long seed, ScimClient scim, Supplier<Boolean> ticket) {
    this.size = size;
    this.random = new Random(seed);
    this.scim = scim;
    this.ticket = ticket;
  }

  /** Makes its users and the group with all of them, in a life that nothing disturbs. */
  void gather() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Person>> made = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        String name = "c" + i;
        Person fresh = new Person("", name, name + "-life1", name + "@example.com", "C " + i, true);
        made.add(threads.submit(() -> Person.of(scim.send("POST", "/Users", fresh.json()).body())));
      }
      for (Future<Person> one : made) {
        people.put(one.get().id(), one.get());
      }
    }
    if (people.size() != size) {
      throw new AssertionError(people.size() + " users were made of " + size);
    }
    ids.addAll(people.keySet());
    create(people.keySet());
  }

  @Override
  public void run() {
    try {
      while (ticket.get()) {
        step();
      }
    } catch (RuntimeException | AssertionError e) {
      problems.add("the crowd ended: " + e);
    }
  }

  private void step() {
    count++;
    int what = random.nextInt(10);
    if (club == null) {
      create(some());
    } else if (what < 2) {
      Club after = club.having(Set.copyOf(some()));
      sure("PUT", path(), after.json());
      became(after, after.members());
    } else if (what < 5) {
      Collection<String> some = some();
      sure("PATCH", path(), members("add", some));
      became(club.plus(some), some);
    } else if (what < 7) {
      Collection<String> some = some();
      sure("PATCH", path(), members("remove", some));
      became(club.minus(some), Set.of());
    } else if (what < 8) {
      Club after = club.named(NAME + "n" + count);
      sure("PATCH", path(), operation("replace", "displayName", "\"" + after.name() + "\""));
      became(after, Set.of());
    } else if (what < 9) {
      sure("DELETE", path(), null);
      club = null;
    } else {
      List.copyOf(some()).stream().limit(20).forEach(this::turn);
    }
  }

  private void turn(String id) {
    Person before = people.get(id);
    Person after = before.active(!before.active());
    sure("PATCH", "/Users/" + id, operation("replace", "active", "" + after.active()));
    people.put(id, after);
    if (after.active()) {
      returned.put(id, count);
    }
  }

  private String path() {
    return "/Groups/" + club.id();
  }

  /** A few, hundreds or thousands. */
  private Collection<String> some() {
    int most = Math.max(1, size >> random.nextInt(8));
    Set<String> some = new TreeSet<>();
    int start = random.nextInt(ids.size());
    for (int i = 0; i < most; i++) {
      some.add(ids.get((start + i) % ids.size()));
    }
    return some;
  }

  private void create(Collection<String> members) {
    lives++;
    Club fresh = new Club("", NAME + "n" + count, Set.copyOf(members));
    Answer answer = scim.send("POST", "/Groups", fresh.json());
    while (answer.none()) {
      JsonNode found = scim.find("/Groups", "displayName", fresh.name());
      answer =
          found.isMissingNode()
              ? scim.send("POST", "/Groups", fresh.json())
              : new Answer(201, found);
    }
    check(answer.status() == 201, "create says " + answer);
    if (answer.status() == 201) {
      became(fresh.with(answer.body().path("id").asText()), members);
    }
  }

  private void became(Club after, Collection<String> asserted) {
    club = after;
    asserted.forEach(id -> said.put(List.of(after.id(), id), count));
  }

  /** Sends it until it is answered. */
  private void sure(String method, String path, ObjectNode body) {
    Answer answer = scim.send(method, path, body);
    boolean again = false;
    while (answer.none()) {
      again = true;
      answer = scim.send(method, path, body);
    }
    boolean gone = again && method.equals("DELETE") && answer.status() == 404;
    check(answer.ok() || gone, method + " " + path + " says " + answer);
  }

  private static ObjectNode members(String op, Collection<String> ids) {
    return operation(op, "members", Club.values(ids).toString());
  }

  private static ObjectNode operation(String op, String path, String value) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putArray("schemas").add("urn:ietf:params:scim:api:messages:2.0:PatchOp");
    patch
        .putArray("Operations")
        .addObject()
        .put("op", op)
        .put("path", path)
        .putRawValue("value", new com.fasterxml.jackson.databind.util.RawValue(value));
    return patch;
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      problems.add("crowd: " + otherwise);
    }
  }

  Told told() {
    return new Told(
        people, club == null ? List.of() : List.of(club), returned, said, Collections.emptySet());
  }
}
