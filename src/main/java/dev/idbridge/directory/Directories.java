package dev.idbridge.directory;

import java.util.List;
import java.util.Optional;

/** The directories; {@code default} exists from the first start. Thread-safe, cached. */
public interface Directories {
  Optional<Directory> find(String name);

  List<Directory> list();

  /**
   * @param mode SCIM, JIT or MANUAL
   */
  record Directory(long id, String name, String mode) {}
}
