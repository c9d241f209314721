package dev.idbridge.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of an app: scope, mapping, selection of groups, roles. Thread-safe; failures are those
 * of {@link AdminOperations}.
 */
public interface RuleOperations {

  /** The versions that are, and were, in force, the newest first. */
  Page<Version> versions(String app, PageRequest page);

  /**
   * A version as YAML that could stand in the app's file.
   *
   * @param version null for the one in force
   */
  Text export(String app, @Nullable Long version);

  /**
   * What the proposed rules, or those in force, would change; nothing is written.
   *
   * @throws DaemonNeeded when no daemon runs
   */
  Effects preview(String app, @Nullable Proposal proposal);

  /**
   * What they make of one user; nothing is written.
   *
   * @param user id or userName
   * @throws DaemonNeeded when no daemon runs
   */
  AccountPreview preview(String app, String user, @Nullable Proposal proposal);

  /**
   * Puts rules into force, unless they take something away and nobody said yes to that.
   *
   * @throws AdminRefused with every problem of the text, and then nothing is stored
   * @throws DaemonNeeded when no daemon runs
   */
  Change set(String app, Proposal proposal);

  /**
   * @param source file or api
   * @param inForce whether it is planned under now
   */
  record Version(long version, boolean inForce, String source, Instant at, String by) {}

  record Text(String app, long version, String rules) {}

  /**
   * @param name how problems name the text
   * @param rules YAML
   * @param yes whether removals are meant
   */
  record Proposal(String name, String rules, boolean yes) {
    public Proposal {
      if (name == null || rules == null) {
        throw AdminRefused.invalid("name and rules (YAML) are needed");
      }
    }
  }

  /**
   * @param app the app
   * @param users how many users were looked at
   * @param groups the same of groups
   * @param whole whether that was all of them
   * @param counts create, enable, update, disable, grant, revoke, add, remove, team, team-goes,
   *     failed; what does not happen is left out
   * @param removals how often somebody loses something
   * @param first some of each
   */
  record Effects(
      String app,
      long users,
      long groups,
      boolean whole,
      Map<String, Long> counts,
      long removals,
      List<Example> first) {
    public Effects {
      counts = Map.copyOf(counts);
      first = List.copyOf(first);
    }
  }

  record Example(String kind, String who, String what) {}

  /**
   * @param version the one in force now
   * @param result set, unchanged, or unconfirmed: there are removals, and nothing was stored
   */
  record Change(String app, long version, String result, Effects effects) {}
}
