package dev.idbridge.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can ask and do. The admin API and the command line are both thin over this; the
 * command line has it over HTTP when a daemon runs, else over the store. Thread-safe.
 *
 * <p>Every method throws {@link AdminRefused} when the request names something that is not there or
 * cannot be, and {@link dev.idbridge.model.StoreUnavailable} when the store cannot be used.
 */
public interface AdminOperations {

  Status status();

  List<DirectoryEntry> directories();

  DirectoryEntry directory(String name);

  /** A new directory in mode SCIM, without tokens. */
  DirectoryEntry createDirectory(String name);

  /** What would go with a directory. */
  DirectoryContents directoryContents(String name);

  /**
   * Switches a directory to another mode. Leaving SCIM revokes its tokens; entering it makes one.
   */
  ModeSwitch switchMode(String name, ModeRequest to);

  /** Ends a directory that no app follows, with its users, groups and tokens. */
  Done deleteDirectory(String name);

  /**
   * Changes these settings of a directory and no other; in force on every daemon within seconds.
   *
   * @return the directory as it is now
   */
  DirectoryEntry setDirectory(String name, Map<String, String> settings);

  /**
   * Edits a user or group of a directory in mode MANUAL; 2xx means durable, as for an identity
   * provider.
   */
  Edited edit(String directory, Edit edit);

  List<TokenEntry> tokens(String directory);

  /**
   * A new intake token; its secret shows here and never again.
   *
   * @param kind bearer, or client: an OAuth client with its secret
   * @param scope full or read-only
   * @param expires null for a token that does not end by itself
   */
  NewToken createToken(
      String directory, String name, String kind, String scope, @Nullable Instant expires);

  /**
   * Replaces a token; both work until the overlap ends. The secret of the new one shows here and
   * never again.
   *
   * @param expires null to let it last as long as the old one was made to
   */
  NewToken rotateToken(String directory, String id, Duration overlap, @Nullable Instant expires);

  /** Ends a token at once. */
  void revokeToken(String directory, String id);

  /** One page of users that are there. */
  Page<UserEntry> users(UserQuery query);

  /**
   * One user with all that is noted of it, deleted ones too.
   *
   * @param user id or userName
   */
  UserDetail user(String user);

  /**
   * What happened to a user, oldest first: its change records, and lines of the sync log about it.
   *
   * @param user id or userName
   */
  Page<Happening> trace(String user, PageRequest page);

  /**
   * Why a user has, or has not, what it has in an app: from what was asked to what the app
   * answered.
   */
  Explanation explain(ExplainQuery query);

  /** One page of the sync log. */
  Page<SyncLogLine> syncLog(SyncLogQuery query);

  /** One page of dead letters, the longest dead first. */
  Page<DeadLetter> deadLetters(DeadLetterQuery query);

  DeadLetter deadLetter(String id);

  /** What a person decides about a dead letter. */
  Done actOnDeadLetter(String id, LetterAct act);

  /** Tries every dead letter of an app again. */
  Replayed replayAll(ReplayAll which);

  /** One app with all that is noted of it. */
  AppDetail app(String name);

  /**
   * Asks an app whether it answers and takes our credentials.
   *
   * @throws DaemonNeeded when no daemon runs
   */
  AppCheck checkApp(String name);

  /** Groups in groups, and their teams in apps. */
  GroupOperations groups();

  /** The rules of apps. */
  RuleOperations rules();

  /** What a person decides about an app. */
  Done actOnApp(String name, AppAct act);

  /**
   * Brings one user into line in one app now.
   *
   * @param user id or userName
   * @throws DaemonNeeded when no daemon runs
   */
  Trail provision(String app, String user);

  /** One page of grants: who holds which role in which app, and why. */
  Page<GrantEntry> grants(GrantQuery query);

  /** What an administrator decides about a role of one user or group. */
  Done actOnGrant(String app, GrantAct act);

  /**
   * What an app's file makes of a user now: scope and attributes. Nothing is written.
   *
   * @param user id or userName
   * @throws DaemonNeeded when no daemon runs
   */
  AccountPreview preview(String app, String user);

  /** Imports of what apps hold. */
  ImportOperations imports();

  /**
   * One page of an app's lanes.
   *
   * @param state null for all
   */
  Page<Lane> lanes(String app, @Nullable String state, PageRequest page);
}
