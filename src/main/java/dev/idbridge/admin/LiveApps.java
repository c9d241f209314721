package dev.idbridge.admin;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.Resource;
import dev.idbridge.model.Ruling;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The apps of this process, as only a daemon that delivers to them has them. Thread-safe. */
public interface LiveApps {

  /**
   * What only the running daemon knows of an app.
   *
   * @param state active, throttled, unavailable, auth-failed, paused, ...
   */
  record AppState(String state, String reason) {}

  /** Empty when this process has no file for such an app, or delivers nothing. */
  Optional<AppState> state(String app);

  /**
   * Asks the app now.
   *
   * @throws DaemonNeeded when this process delivers nothing
   * @throws AdminRefused when it has no such app
   */
  AppCheck check(String app);

  /**
   * Brings one user into line in one app now, and waits for that.
   *
   * @param user id in the directory
   * @param by who asks, for the change record
   * @throws DaemonNeeded when this process delivers nothing
   * @throws AdminRefused when it has no such app, or it rests
   */
  Trail provision(String app, long user, String by);

  /**
   * What the app's rules make of a user now; nothing is written.
   *
   * @param user id in the directory
   * @param proposal other rules than those in force, or null
   * @throws DaemonNeeded when this process delivers nothing
   * @throws AdminRefused when it has no such app
   */
  AccountPreview preview(String app, long user, RuleOperations.@Nullable Proposal proposal);

  /**
   * What rules would change; see {@link RuleOperations#preview}.
   *
   * @param proposal null for those in force
   */
  RuleOperations.Effects effects(String app, RuleOperations.@Nullable Proposal proposal);

  /** Puts rules into force; see {@link RuleOperations#set}. */
  RuleOperations.Change setRules(String app, RuleOperations.Proposal proposal, String by);

  /**
   * What the app's file and rules say of a user now, and why.
   *
   * @param user id in the directory
   * @param groups those that hold the user
   * @return empty when this process has no file for such an app
   */
  Optional<Ruling> ruling(String app, long user, Collection<Resource.Group> groups);

  /**
   * Makes a change durable by way of the daemon's routes, with the lanes of the apps that follow.
   *
   * @throws ChangeRefused when it does not fit
   * @throws DaemonNeeded when this process delivers nothing
   */
  Committed write(ChangeRequest request) throws ChangeRefused;

  /**
   * Imports, for somebody who is named in the change record.
   *
   * @throws DaemonNeeded when this process delivers nothing
   */
  ImportOperations imports(String by);

  /** A person decided about an app: look at its row now. */
  void refresh();

  /** Of a process that delivers nothing. */
  LiveApps NONE =
      new LiveApps() {
        @Override
        public Optional<AppState> state(String app) {
          return Optional.empty();
        }

        @Override
        public AppCheck check(String app) {
          throw new DaemonNeeded("app test");
        }

        @Override
        public Trail provision(String app, long user, String by) {
          throw new DaemonNeeded("app provision");
        }

        @Override
        public AccountPreview preview(
            String app, long user, RuleOperations.@Nullable Proposal proposal) {
          throw new DaemonNeeded("a preview");
        }

        @Override
        public RuleOperations.Effects effects(
            String app, RuleOperations.@Nullable Proposal proposal) {
          throw new DaemonNeeded("mapping preview");
        }

        @Override
        public RuleOperations.Change setRules(
            String app, RuleOperations.Proposal proposal, String by) {
          throw new DaemonNeeded("mapping set");
        }

        @Override
        public Optional<Ruling> ruling(String app, long user, Collection<Resource.Group> groups) {
          return Optional.empty();
        }

        @Override
        public Committed write(ChangeRequest request) {
          throw new DaemonNeeded("editing users and groups");
        }

        @Override
        public ImportOperations imports(String by) {
          throw new DaemonNeeded("import");
        }

        @Override
        public void refresh() {}
      };
}
