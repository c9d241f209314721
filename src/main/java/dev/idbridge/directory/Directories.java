package dev.idbridge.directory;

import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.JitSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directories; {@code default} exists from the first start. Thread-safe, cached: what another
 * daemon set is seen after {@link #TRUSTED} at the latest.
 */
public interface Directories {
  /** Mode: an identity provider keeps the directory. */
  String SCIM = "SCIM";

  /** Mode: users are made and updated when they sign in, by their ID tokens. */
  String JIT = "JIT";

  /** Mode: people keep the directory; SCIM requests are refused. */
  String MANUAL = "MANUAL";

  /** How long an answer of the store holds. */
  Duration TRUSTED = Duration.ofSeconds(2);

  Optional<Directory> find(String name);

  List<Directory> list();

  /**
   * A new directory in mode SCIM, without tokens; every daemon serves it as soon as it is asked.
   *
   * @param by who does it, for the change record
   * @throws IllegalArgumentException when its base path could not hold the name
   * @throws Refused when the name is taken
   */
  Directory create(String name, String by);

  /**
   * Switches a directory to another mode. Leaving SCIM revokes its tokens in the same transaction;
   * users, groups and what is under way to the apps stay. Entering SCIM makes a token.
   *
   * @param mode {@link #SCIM}, {@link #JIT} or {@link #MANUAL}
   * @param jit whose ID tokens count from now on; null for those of before. In mode JIT they can be
   *     changed by switching to it once more
   * @param by who does it, for the change record
   * @throws Refused when it is in that mode already, or not there any more, or when nobody ever
   *     said whose ID tokens count
   */
  Switched mode(String name, String mode, @Nullable JitSettings jit, String by);

  /** What a directory holds. */
  Contents contents(String name);

  /**
   * Ends a directory: its tokens are revoked and it answers nobody from now on; its rows are purged
   * later, page by page. Nothing changes in any app.
   *
   * @param by who does it, for the change record
   * @throws Refused while an app follows it, or when it is {@code default} or gone already
   */
  void delete(String name, String by);

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
   * @param jit whose ID tokens count in mode JIT; null when nobody ever said
   */
  record Directory(
      long id, String name, String mode, DirectorySettings settings, @Nullable JitSettings jit) {
    /** A directory that was never in mode JIT. */
    public Directory(long id, String name, String mode, DirectorySettings settings) {
      this(id, name, mode, settings, null);
    }

    /** A directory as it is made. */
    public Directory(long id, String name, String mode) {
      this(id, name, mode, DirectorySettings.DEFAULT);
    }
  }

  /**
   * @param revoked how many tokens ended
   * @param token the new one of a directory that entered SCIM
   */
  record Switched(Directory directory, int revoked, Tokens.@Nullable Created token) {}

  /**
   * @param tokens that work now
   * @param apps names of the apps that follow it
   */
  record Contents(long users, long groups, long tokens, List<String> apps) {
    public Contents {
      apps = List.copyOf(apps);
    }
  }

  /** An act that the directory's state forbids; the text says why and what to do. */
  final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Refused(String message) {
      super(message);
    }
  }
}
