package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Durable, paged making-due of many lanes, begun inside the caller's transaction and worked off by
 * {@code delivery}. Thread-safe.
 */
public final class Sweeps {
  /** What a sweep walks along. */
  public enum Root {
    /** Every user and group of a directory, for one app (new app, changed rules). */
    DIRECTORY("directory"),
    /** The memberships of a deleted user: each group lets it go, with a version of its own. */
    USER_GROUPS("user-groups"),
    /** The member rows of a deleted group. */
    GROUP_MEMBERS("group-members"),
    /** The users in a group and in groups within, for an app whose scope depends on them. */
    SCOPE_MEMBERS("scope-members"),
    /** The teams that a group feeds besides its own, beyond what one transaction makes due. */
    GROUP_TEAMS("group-teams"),
    /** The groups in a group, when very many of them came or went. */
    GROUP_CHILDREN("group-children"),
    /** The teams of one account in one app, beyond what one transaction makes due. */
    ACCOUNT_TEAMS("account-teams");

    private final String word;

    Root(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /**
     * @throws IllegalArgumentException when the word names no root
     */
    public static Root of(String word) {
      for (Root root : values()) {
        if (root.word.equals(word)) {
          return root;
        }
      }
      throw new IllegalArgumentException("'" + word + "' is no root of a sweep");
    }
  }

  private final Ids ids;

  public Sweeps(Ids ids) {
    this.ids = ids;
  }

  /**
   * @param app 0 when it concerns every app
   * @param root id of the user, group or directory it walks along
   */
  public void start(
      Connection connection,
      int app,
      Root kind,
      long root,
      long directory,
      long cause,
      Priority priority,
      long at)
      throws SQLException {
    insert(connection, app, kind, root, directory, cause, priority, 0, at);
  }

  /**
   * Goes on with a group within the one that a sweep walks along, unless that is about to be done
   * anyway.
   *
   * @param depth how many groups lie between the one that changed and this one
   */
  public void descend(
      Connection connection,
      int app,
      long group,
      long directory,
      long cause,
      Priority priority,
      int depth,
      long at)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM sweep WHERE app_id = ? AND root_kind = ? AND root_id = ?"
                + " AND position = 0 AND lease_until = 0 AND cause = ? AND depth <= ? LIMIT 1")) {
      select.setInt(1, app);
      select.setString(2, Root.SCOPE_MEMBERS.word());
      select.setLong(3, group);
      select.setLong(4, cause);
      select.setInt(5, depth);
      try (ResultSet found = select.executeQuery()) {
        if (found.next()) {
          return;
        }
      }
    }
    insert(connection, app, Root.SCOPE_MEMBERS, group, directory, cause, priority, depth, at);
  }

  private void insert(
      Connection connection,
      int app,
      Root kind,
      long root,
      long directory,
      long cause,
      Priority priority,
      int depth,
      long at)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO sweep (id, app_id, root_kind, root_id, directory_id, cause, priority,
                position, remaining, depth, lease_until, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0, -1, ?, 0, ?)
            """)) {
      insert.setLong(1, ids.next());
      insert.setInt(2, app);
      insert.setString(3, kind.word());
      insert.setLong(4, root);
      insert.setLong(5, directory);
      insert.setLong(6, cause);
      insert.setInt(7, priority.level());
      insert.setInt(8, depth);
      insert.setLong(9, at);
      insert.executeUpdate();
    }
  }
}
