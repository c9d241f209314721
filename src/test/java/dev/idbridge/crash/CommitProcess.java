package dev.idbridge.crash;

import dev.idbridge.store.Store;
import dev.idbridge.store.StoreSettings;
import dev.idbridge.testing.Databases;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Commits on several threads, one row each, and notes every commit in a file of the thread once it
 * has returned; ends itself without warning after a while.
 */
final class CommitProcess {
  static final int THREADS = 8;

  private CommitProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    long millis = Long.parseLong(arguments[1]);
    Store store =
        Store.open(
            new StoreSettings("jdbc:h2:file:" + folder.resolve("idbridge"), null, null, 16),
            Databases.ENTITIES);
    try (Connection connection = store.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS tried (thread INT PRIMARY KEY, n INT, pad VARCHAR(4000))");
      connection.commit();
    }
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      Thread.ofPlatform().daemon().start(() -> commit(store, folder, thread));
    }
    boolean never = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    Runtime.getRuntime().halt(never ? 1 : 137);
  }

  private static void commit(Store store, Path folder, int thread) {
    Random random = new Random();
    try (Connection connection = store.dataSource().getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "INSERT INTO tried (thread, n, pad) VALUES (?, ?, ?)"
                    + " ON DUPLICATE KEY UPDATE n = VALUES(n), pad = VALUES(pad)");
        RandomAccessFile noted =
            new RandomAccessFile(folder.resolve("n" + thread).toFile(), "rw")) {
      for (int n = noted.length() == 0 ? 1 : noted.readInt() + 1; ; n++) {
        update.setInt(1, thread);
        update.setInt(2, n);
        update.setString(3, "x".repeat(random.nextInt(1_500)));
        update.executeUpdate();
        connection.commit();
        noted.seek(0);
        noted.writeInt(n);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
