package dev.idbridge.normalise;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.DirectorySettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How one request is read, and which attributes were left out while reading it. For one request and
 * one thread.
 */
public final class Reading {
  private static final int MOST_NAMES = 20;
  private static final int LONGEST_NAME = 100;

  private final DirectorySettings settings;
  private final Set<String> ignored = new LinkedHashSet<>();

  public Reading(DirectorySettings settings) {
    this.settings = settings;
  }

  boolean strict() {
    return settings.strict();
  }

  boolean honoursRemoveAll() {
    return settings.honoursRemoveAll();
  }

  /** Names of the attributes that no schema knows and that were left out, some of them if many. */
  public List<String> ignored() {
    return List.copyOf(ignored);
  }

  /**
   * What becomes of an attribute that no schema knows: true when it is to be kept as it came.
   *
   * @param reason of the refusal, when the directory refuses them
   */
  boolean keeps(String name, Reason reason) throws ChangeRefused {
    return switch (settings.unknownAttributes()) {
      case KEEP -> true;
      case REFUSE ->
          throw new ChangeRefused(
              reason,
              "no schema of this service has an attribute '%s'; check the attribute mapping, or let"
                      .formatted(shortened(name))
                  + " the directory ignore unknown attributes");
      case IGNORE -> {
        ignore(name);
        yield false;
      }
    };
  }

  /** Notes that something was left out. */
  void ignore(String name) {
    if (ignored.size() < MOST_NAMES) {
      ignored.add(shortened(name));
    }
  }

  static String shortened(String name) {
    String plain = name.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "...";
  }
}
