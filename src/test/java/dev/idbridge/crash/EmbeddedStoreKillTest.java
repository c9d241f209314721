package dev.idbridge.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The embedded store under many kills. What this is about shows only once space of the file is used
 * again, after several lives: a few kills tell little, {@code -Pcrash} does forty.
 */
class EmbeddedStoreKillTest {
  private static final int KILLS = Integer.getInteger("crash.kills", 10) >= 40 ? 40 : 3;

  @Test
  void noCommitThatReturnedIsLostByAKill(@TempDir Path folder) throws Exception {
    long seed = Long.getLong("crash.seed", System.nanoTime() % 1_000_000);
    System.out.println("embedded store under kills, -Dcrash.seed=" + seed);
    Random random = new Random(seed);
    List<String> lost = new ArrayList<>();
    for (int life = 1; life <= KILLS; life++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  CommitProcess.class.getName(),
                  folder.toString(),
                  Integer.toString(300 + random.nextInt(2_000)))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      assertThat(process.waitFor()).isEqualTo(137);
      compare(folder, life, lost);
    }
    assertThat(lost).as("seed " + seed).isEmpty();
  }

  private static void compare(Path folder, int life, List<String> lost) throws Exception {
    String url =
        "jdbc:h2:file:" + folder.resolve("idbridge") + ";DATABASE_TO_LOWER=TRUE;REUSE_SPACE=FALSE";
    try (Connection connection = DriverManager.getConnection(url);
        ResultSet found =
            connection.createStatement().executeQuery("SELECT thread, n FROM tried")) {
      while (found.next()) {
        File file = folder.resolve("n" + found.getInt(1)).toFile();
        try (RandomAccessFile noted = new RandomAccessFile(file, "r")) {
          int returned = noted.length() == 0 ? 0 : noted.readInt();
          if (found.getInt(2) < returned) {
            lost.add("life " + life + ": " + returned + " returned, " + found.getInt(2) + " kept");
          }
        }
      }
    }
  }
}
