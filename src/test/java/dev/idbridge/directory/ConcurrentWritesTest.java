package dev.idbridge.directory;

import static dev.idbridge.testing.Intake.add;
import static dev.idbridge.testing.Intake.members;
import static dev.idbridge.testing.Intake.remove;
import static dev.idbridge.testing.Intake.result;
import static dev.idbridge.testing.Intake.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConcurrentWritesTest extends OnBothStores {
  private static <T> void inParallel(List<Callable<T>> tasks) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(tasks.size())) {
      for (Future<T> task : executor.invokeAll(tasks)) {
        task.get();
      }
    }
  }

  @Test
  void parallelPatchesOfGroupsLoseNoMember() throws Exception {
    long seed = System.nanoTime();
    System.out.println("parallelPatchesOfGroupsLoseNoMember seed " + seed);
    int writers = 8;
    List<String> users = intake.newUsers("par-", writers * 10);
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      groups.add(intake.newGroup("par-group-" + i));
    }
    // A second writer on the same tables stands for a second daemon.
    try (Intake other = new Intake(store)) {
      List<List<TreeSet<String>>> expected = new ArrayList<>();
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        Random random = new Random(seed + w);
        List<String> own = users.subList(w * 10, w * 10 + 10);
        List<TreeSet<String>> mine = groups.stream().map(group -> new TreeSet<String>()).toList();
        expected.add(mine);
        Intake through = w % 2 == 0 ? intake : other;
        tasks.add(
            () -> {
              for (int step = 0; step < 60; step++) {
                int g = random.nextInt(groups.size());
                String one = own.get(random.nextInt(10));
                boolean in = random.nextInt(3) > 0;
                MemberOp op = in ? add(one) : remove(one);
                if (in ? mine.get(g).add(one) : mine.get(g).remove(one)) {
                  assertThat(through.apply(members(groups.get(g), op), 1, 2).changed()).isTrue();
                } else {
                  assertThat(through.apply(members(groups.get(g), op), 1, 2).changed()).isFalse();
                }
              }
              return null;
            });
      }
      inParallel(tasks);
      for (int g = 0; g < groups.size(); g++) {
        int group = g;
        TreeSet<String> all =
            expected.stream()
                .flatMap(mine -> mine.get(group).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(intake.memberIds(groups.get(g))).containsExactlyElementsOf(all);
        // Every effective change raised the version by one and has its record.
        assertThat(intake.readGroup(groups.get(g)).version())
            .isEqualTo(
                intake
                    .rows(
                        "SELECT id FROM change_record WHERE resource_id = ?",
                        Long.parseLong(groups.get(g)))
                    .size());
      }
    }
  }

  @Test
  void ofEqualParallelCreatesExactlyOneSucceeds() throws Exception {
    try (Intake other = new Intake(store)) {
      for (int round = 0; round < 20; round++) {
        List<CompletableFuture<Committed>> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          sent.add(
              (i % 2 == 0 ? intake : other).send(user((i % 3 == 0 ? "RACE-" : "race-") + round)));
          sent.add(intake.send(user("neighbour-" + round + "-" + i)));
        }
        int won = 0;
        int refused = 0;
        for (int i = 0; i < sent.size(); i += 2) {
          try {
            result(sent.get(i));
            won++;
          } catch (ChangeRefused e) {
            assertThat(e.reason()).isEqualTo(ChangeRefused.Reason.UNIQUENESS);
            assertThat(e.detail()).containsIgnoringCase("userName 'race-" + round);
            refused++;
          }
          assertThat(result(sent.get(i + 1)).changed()).isTrue();
        }
        assertThat(won).isEqualTo(1);
        assertThat(refused).isEqualTo(19);
      }
    }
  }

  @Test
  void groupsThatNestEachOtherAtTheSameTimeNeverCloseACycle() throws Exception {
    try (Intake other = new Intake(store)) {
      for (int round = 0; round < 10; round++) {
        List<String> ring = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          ring.add(intake.newGroup("ring-" + round + "-" + i));
        }
        List<CompletableFuture<Committed>> sent = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          sent.add(
              (i % 2 == 0 ? intake : other).send(members(ring.get(i), add(ring.get((i + 1) % 4)))));
        }
        int refused = 0;
        for (CompletableFuture<Committed> one : sent) {
          try {
            result(one);
          } catch (ChangeRefused e) {
            refused++;
          }
        }
        assertThat(refused).isEqualTo(1);
      }
    }
  }

  @Test
  void aReadAfterTheAnswerSeesTheChange() throws Exception {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int w = 0; w < 4; w++) {
      String prefix = "seen-" + w + "-";
      tasks.add(
          () -> {
            for (int i = 0; i < 50; i++) {
              String id = intake.newUser(prefix + i);
              assertThat(intake.readUser(id).userName()).isEqualTo(prefix + i);
            }
            return null;
          });
    }
    inParallel(tasks);
  }

  @Test
  void changesOfALargeSetAndOfOneMemberOfTheSameGroupKeepTheirOrder() throws Exception {
    List<String> users = intake.newUsers("order-", 1_500);
    String group = intake.newGroup("order-group");
    CompletableFuture<Committed> all =
        intake.send(members(group, add(users.toArray(String[]::new))));
    CompletableFuture<Committed> out = intake.send(members(group, remove(users.get(7))));
    assertThat(result(all).changed()).isTrue();
    assertThat(result(out).changed()).isTrue();
    assertThat(intake.memberIds(group)).hasSize(1_499).doesNotContain(users.get(7));
  }

  @Test
  void parallelPutsOfOneGroupLeaveTheSetOfOneOfThem() throws Exception {
    List<String> users = intake.newUsers("puts-", 40);
    String group = intake.newGroup("puts");
    try (Intake other = new Intake(store)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        List<String> own = users.subList(w * 10, w * 10 + 10);
        Intake through = w % 2 == 0 ? intake : other;
        tasks.add(
            () -> {
              for (int i = 0; i < 10; i++) {
                through.apply(
                    new GroupChange.Replace(
                        group, Attributes.of(Map.of("displayName", "puts")), own));
              }
              return null;
            });
      }
      inParallel(tasks);
      List<String> left = intake.memberIds(group);
      assertThat(List.of(0, 10, 20, 30)).anyMatch(i -> left.equals(users.subList(i, i + 10)));
    }
  }

  @Test
  void aPutOfManyMembersHoldsUpNobodyElse() throws Exception {
    int size = Integer.getInteger("put.members", 5_000);
    List<String> users = intake.newUsers("many-", size);
    String group = intake.newGroup("many");
    List<List<String>> sets = List.of(users, users.subList(0, size / 2), users);
    for (int round = 0; round < sets.size(); round++) {
      long start = System.nanoTime();
      CompletableFuture<Committed> put =
          intake.send(
              new GroupChange.Replace(
                  group, Attributes.of(Map.of("displayName", "many")), sets.get(round)));
      long worst = 0;
      int others = 0;
      while (!put.isDone()) {
        long sent = System.nanoTime();
        intake.newUser("meanwhile-" + round + "-" + others++);
        worst = Math.max(worst, System.nanoTime() - sent);
      }
      assertThat(result(put).changed()).isTrue();
      System.out.printf(
          "%s: PUT of %d members %d ms; %d others meanwhile, the slowest %d ms%n",
          kind,
          sets.get(round).size(),
          (System.nanoTime() - start) / 1_000_000,
          others,
          worst / 1_000_000);
      assertThat(worst).isLessThan(2_000_000_000L);
      assertThat(intake.memberIds(group)).hasSameSizeAs(sets.get(round));
    }
  }
}
