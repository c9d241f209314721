package dev.idbridge.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Adding and removing one member of a small and of a large group, from the request until the app's
 * delivery is booked: what the database does for it, and how long it takes.
 */
final class MemberPatch implements AutoCloseable {
  private static final int SMALL = 10;
  private static final long QUIET_NANOS = 60_000_000;
  private static final double MOST = 1.5;

  private final Size size;
  private final Report report;
  private final String title;
  private final IdpClient client;
  private final Connection connection;
  private final String member;
  private final long memberKey;
  private final Group small;
  private final Group large;

  private record Group(String id, long key) {}

  MemberPatch(Size size, Database database, BridgeProcess bridge, Report report)
      throws Exception {
    this.size = size;
    this.report = report;
    this.title = "One member by PATCH, in a group of 10 and of " + size.largeGroup();
    client = bridge.client(bridge.token());
    connection = database.connect();
    List<String> users = new ArrayList<>();
    for (int i = 0; i <= SMALL; i++) {
      users.add(client.send("POST", "/scim/v2/Users", Creates.user()).expect(201).id());
    }
    member = users.removeLast();
    memberKey = key("SELECT MAX(id) FROM directory_user");
    small = group("Ten", users);
    large = group("Many", users);
    // Both have had their candidate once, so that its rows exist.
    for (Group group : List.of(small, large)) {
      patch(group, true);
      patch(group, false);
    }
    database.drained();
    new Crowd(connection).join(large.key, size.largeGroup() - SMALL);
  }

  private Group group(String name, List<String> users) throws Exception {
    StringBuilder members = new StringBuilder();
    users.forEach(
        user -> members.append(members.isEmpty() ? "" : ",").append("{\"value\":\"" + user + "\"}"));
    String body =
        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\""
            + name + "\",\"members\":[" + members + "]}";
    String id = client.send("POST", "/scim/v2/Groups", body).expect(201).id();
    return new Group(id, key("SELECT MAX(id) FROM directory_group"));
  }

  private long key(String sql) throws SQLException {
    return Long.parseLong(Database.one(connection, sql));
  }

  /** As Okta sends it. */
  private void send(Group group, boolean add) throws Exception {
    String operation =
        add
            ? "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"" + member + "\"}]}"
            : "{\"op\":\"remove\",\"path\":\"members[value eq \\\"" + member + "\\\"]\"}";
    client
        .send(
            "PATCH",
            "/scim/v2/Groups/" + group.id,
            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
                + operation + "]}")
        .expect(204);
  }

  /** Nanoseconds until the delivery is booked. */
  private long patch(Group group, boolean add) throws Exception {
    long begin = System.nanoTime();
    send(group, add);
    while (!booked(group, add)) {
      LockSupport.parkNanos(200_000);
    }
    return System.nanoTime() - begin;
  }

  private boolean booked(Group group, boolean in) throws SQLException {
    return Database.one(
            connection,
            "SELECT l.state = 'idle' AND l.applied_seq = l.wanted_seq AND " + (in ? "" : "NOT ")
                + "EXISTS (SELECT 1 FROM app_member a JOIN directory_user u ON u.id = a.account_id"
                + " WHERE a.app_id = l.app_id AND a.team_id = l.target_id AND a.state = 'applied'"
                + " AND u.id = " + memberKey + ")"
                + " FROM lane l WHERE l.app_id = 1 AND l.kind = 'team' AND l.target_id = "
                + group.key)
        .equals("1");
  }

  /** Whether both groups cost the same statements and rows; prints what they cost. */
  boolean sameCost() throws Exception {
    boolean same = true;
    for (boolean add : new boolean[] {true, false}) {
      Map<Group, List<Map<String, Long>>> seen = new HashMap<>();
      for (int i = 0; i < 12; i++) {
        for (Group group : List.of(small, large)) {
          if (!add) {
            patch(group, true);
          }
          seen.computeIfAbsent(group, g -> new ArrayList<>()).add(cost(group, add));
          if (add) {
            patch(group, false);
          }
        }
      }
      Map<String, Long> few = usual(seen.get(small));
      Map<String, Long> many = usual(seen.get(large));
      report.line(title, "%s: %s\n", add ? "add" : "remove", few);
      if (!few.equals(many)) {
        report.line(title, "NOT THE SAME in the large group: %s", many);
        same = false;
      }
    }
    return same;
  }

  /** What the server does between two looks, nothing else going on but now and then a poll. */
  private Map<String, Long> cost(Group group, boolean add) throws Exception {
    // Looking whether it is booked would count too: a busy machine is given more time instead.
    for (long quiet = QUIET_NANOS; quiet < 64 * QUIET_NANOS; quiet *= 2) {
      LockSupport.parkNanos(QUIET_NANOS);
      Map<String, Long> before = Database.counters(connection);
      send(group, add);
      LockSupport.parkNanos(quiet);
      Map<String, Long> after = Database.counters(connection);
      if (booked(group, add)) {
        return difference(before, after);
      }
      while (!booked(group, add)) {
        LockSupport.parkNanos(QUIET_NANOS);
      }
      patch(group, !add);
    }
    throw new IllegalStateException("deliveries take too long to be looked at one by one");
  }

  private static Map<String, Long> difference(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> cost = new TreeMap<>();
    after.forEach((name, count) -> cost.put(name, count - before.get(name)));
    return cost;
  }

  /** The cost seen most often: polls of the clock's own disturb a few. */
  private static Map<String, Long> usual(List<Map<String, Long>> costs) {
    Map<Map<String, Long>, Integer> times = new HashMap<>();
    costs.forEach(cost -> times.merge(cost, 1, Integer::sum));
    return times.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  /** Prints the times of both and their ratio, which is only a claim when there are rounds. */
  void times(Reference reference) throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<Double> few = new ArrayList<>();
    List<Double> many = new ArrayList<>();
    List<Double> inserts = new ArrayList<>();
    for (int round = 0; round < Math.max(size.rounds(), 2) + 2; round++) {
      double insert = 1e6 / reference.rate(1, size.roundMillis() / 2);
      double small = round % 2 == 0 ? pairs(this.small) : 0;
      double large = pairs(this.large);
      small = small == 0 ? pairs(this.small) : small;
      if (round >= 2) {
        inserts.add(insert);
        few.add(small);
        many.add(large);
        ratios.add(large / small);
      }
    }
    report.line(
        title,
        "one insert %.0f us (reference); in the small group %.0f us, in the large %.0f us",
        Report.median(inserts), Report.median(few), Report.median(many));
    report.line(
        title, "large to small: %.2f (aim: at most %.1f)", Report.median(ratios), MOST);
  }

  /** Median microseconds of one PATCH, over adds and removes. */
  private double pairs(Group group) throws Exception {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < size.patches(); i++) {
      times.add(patch(group, true) / 1000.0);
      times.add(patch(group, false) / 1000.0);
    }
    return Report.median(times);
  }

  @Override
  public void close() throws Exception {
    client.close();
    connection.close();
  }
}
