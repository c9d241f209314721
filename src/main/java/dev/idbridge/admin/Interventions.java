package dev.idbridge.admin;

/**
 * What people look at and decide while deliveries go on. Each act is noted in the change record
 * with who acts. Thread-safe; failures are those of {@link AdminOperations}.
 */
public interface Interventions {

  /** One app with counts, for {@code app show} and before something is dropped. */
  AppDetail app(String name);

  /** Groups and their teams, for somebody who is named in the change record. */
  GroupOperations groups(String by);

  /** The rules of apps, for somebody who is named in the change record. */
  RuleOperations rules(String by);

  /** Asks the app whether it answers and takes our credentials. */
  AppCheck checkApp(String name);

  /**
   * @param by who decides, bounded by the change record
   */
  Done actOnApp(String name, AppAct act, String by);

  /**
   * Brings one user into line in one app now.
   *
   * @param user id or userName
   */
  Trail provision(String app, String user, String by);

  /**
   * What the app's file makes of a user now; nothing is written.
   *
   * @param user id or userName
   */
  AccountPreview preview(String app, String user);

  Page<GrantEntry> grants(GrantQuery query);

  Done actOnGrant(String app, GrantAct act, String by);

  Done actOnDeadLetter(String id, LetterAct act, String by);

  Replayed replayAll(ReplayAll which, String by);

  /** Edits a user or group of a directory that people keep. */
  Edited edit(String directory, Edit edit, String by);

  /** Imports, for somebody who is named in the change record. */
  ImportOperations imports(String by);
}
