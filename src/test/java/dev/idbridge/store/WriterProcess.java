package dev.idbridge.store;

import dev.idbridge.testing.Databases;
import dev.idbridge.testing.Intake;
import java.util.concurrent.CompletableFuture;

/** A process of its own that writes users until it dies; prints each one that was acknowledged. */
final class WriterProcess {
  private WriterProcess() {}

  public static void main(String[] arguments) {
    Store store =
        Store.open(new StoreSettings(arguments[0], arguments[1], "", 8), Databases.ENTITIES);
    System.out.println("open");
    Intake intake = new Intake(store);
    if (arguments.length > 2) {
      // Holds the store and does nothing until its input ends.
      try {
        System.in.read();
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return;
    }
    for (int i = 0; ; i += 4) {
      CompletableFuture<?>[] sent = new CompletableFuture<?>[4];
      for (int j = 0; j < 4; j++) {
        String name = "w" + (i + j);
        sent[j] =
            intake
                .send(Intake.user(name), 1)
                .thenAccept(
                    done -> {
                      synchronized (System.out) {
                        System.out.println(name);
                        System.out.flush();
                      }
                    });
      }
      CompletableFuture.allOf(sent).join();
    }
  }
}
