package dev.idbridge.config;

import dev.idbridge.model.StoreUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The folder of the embedded store and of what a daemon leaves for the command line. */
public final class DataFolder {
  private DataFolder() {}

  /**
   * Makes it, for its owner alone, where it is missing.
   *
   * @throws StoreUnavailable saying why it cannot be made
   */
  public static void make(Path folder) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new StoreUnavailable(
          "the data folder "
              + folder
              + " cannot be made ("
              + e
              + "); choose another with --data, or make it writable",
          e);
    }
  }
}
