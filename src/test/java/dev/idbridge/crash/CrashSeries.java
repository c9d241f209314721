package dev.idbridge.crash;

import dev.idbridge.store.DatabaseKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Crash runs one after the other, each with a seed, a daemon and apps of its own, until so many
 * deaths led to no problem. With a record in a file it goes on where it was broken off.
 */
final class CrashSeries {
  /** Deaths in one run: more show little more, for all its life is reckoned up at its end. */
  private static final int EACH = 20;

  /** Among so many seeds one has a large group. */
  private static final int LARGE = 5;

  private final CrashRecord record;
  private final long firstSeed;
  private final int crowd;

  /**
   * @param crowd the most members of the large group that one of five runs has, which its seed
   *     decides; 0 for none
   */
  CrashSeries(CrashRecord record, long firstSeed, int crowd) {
    this.record = record;
    this.firstSeed = firstSeed;
    this.crowd = crowd;
  }

  /** One more run of at most so many deaths; returns what is wrong, with its title first. */
  List<String> next(DatabaseKind kind, int most) throws Exception {
    long seed = firstSeed + record.runs();
    int size = size(seed);
    Path folder = Files.createTempDirectory("idbridge-crash");
    long began = System.nanoTime();
    try (CrashRun run = new CrashRun(kind, seed, folder, size)) {
      System.out.println("crash run " + run.title() + " begins");
      List<String> problems = new ArrayList<>(run.problems(Math.min(EACH, most)));
      if (!problems.isEmpty()) {
        problems.addFirst(run.title());
        problems.add("the daemon's log ends:\n" + run.log());
      }
      long seconds = (System.nanoTime() - began) / 1_000_000_000;
      record.add(
          new CrashRecord.Line(kind, seed, run.workload(), run.deaths(), problems.size(), seconds),
          problems);
      if (problems.isEmpty()) {
        delete(folder);
      }
      return problems;
    }
  }

  /** All of it, a half, a quarter or an eighth. */
  private int size(long seed) {
    return seed % LARGE == LARGE / 2 ? crowd >> (int) (seed / LARGE % 4) : 0;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  /**
   * Without Maven, from compiled classes, in a folder with {@code routes}: the file of the record,
   * the number of deaths in it at which to end, the first seed, the size of large groups. Both
   * stores take turns. A problem is noted beside the record, and the next run begins.
   */
  public static void main(String[] arguments) throws Exception {
    CrashRecord record = new CrashRecord(Path.of(arguments[0]));
    int goal = Integer.parseInt(arguments[1]);
    CrashSeries series =
        new CrashSeries(record, Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
    DatabaseKind[] kinds = DatabaseKind.values();
    for (int i = 0; Stream.of(kinds).mapToInt(record::kills).sum() < goal; i++) {
      series.next(kinds[i % kinds.length], goal);
    }
  }
}
