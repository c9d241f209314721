package dev.idbridge.admin;

/**
 * What an operator reads of single users; failures are those of {@link AdminOperations}.
 * Thread-safe.
 */
public interface UserReads {

  /** One page of users that are there. */
  Page<UserEntry> list(UserQuery query);

  /**
   * One user, deleted ones too.
   *
   * @param user id or userName
   */
  UserDetail detail(String user);

  /**
   * What happened to a user, oldest first.
   *
   * @param user id or userName
   */
  Page<Happening> trace(String user, PageRequest page);

  /** Why a user has, or has not, what it has in an app. */
  Explanation explain(ExplainQuery query);
}
