package dev.idbridge.admin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bridge at a glance.
 *
 * @param version of the program
 * @param pid the daemon's process; null when no daemon runs
 * @param started null when no daemon runs
 * @param intake base URL of the default directory; null when no daemon runs
 * @param store kind of the store and where it is, without credentials
 * @param nodes the daemons on the store
 * @param embedded whether the store is the embedded one
 * @param warnings what somebody has to do something about: tokens that end soon, or that were
 *     replaced and are used all the same; groups that scopes name and that are not there
 */
public record Status(
    String version,
    @Nullable Long pid,
    @Nullable Instant started,
    @Nullable String intake,
    String store,
    boolean embedded,
    List<NodeEntry> nodes,
    List<DirectoryEntry> directories,
    List<AppStatus> apps,
    List<String> warnings) {
  public Status {
    nodes = List.copyOf(nodes);
    directories = List.copyOf(directories);
    apps = List.copyOf(apps);
    warnings = List.copyOf(warnings);
  }
}
