package dev.idbridge.directory;

import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directories; {@code default} exists from the first start. Thread-safe, cached: what another
 * daemon set is seen after {@link #TRUSTED} at the latest.
 */
public interface Directories {
  /** How long an answer of the store holds. */
  Duration TRUSTED = Duration.ofSeconds(2);

  Optional<Directory> find(String name);

  List<Directory> list();

  /**
   * Changes these settings of a directory and no other, with a change record.
   *
   * @param by who does it
   * @throws IllegalArgumentException saying which settings and values there are; nothing is changed
   */
  Directory set(String name, Map<String, String> settings, String by);

  /** Remembers whose requests a directory gets. */
  void heard(String name, Dialect dialect);

  /**
   * @param mode SCIM, JIT or MANUAL
   */
  record Directory(long id, String name, String mode, DirectorySettings settings) {
    /** A directory as it is made. */
    public Directory(long id, String name, String mode) {
      this(id, name, mode, DirectorySettings.DEFAULT);
    }
  }
}
