package dev.idbridge.connector.spi;

/**
 * What an app can do, declared once so that plans never ask for more.
 *
 * @param hierarchy teams may have parents in the app
 * @param roles which grants the app takes; {@link Roles#NONE} where it has no roles
 * @param deletesAccounts an account can be deleted, not only disabled
 * @param seesMembers {@link Connector#seeMembers} gives real answers
 * @param membersConfer membership gives access: a deactivated account is taken out of our teams
 * @param membersPerCall the most items of one {@link MemberPlan}, at least 1
 */
public record Capabilities(
    boolean hierarchy,
    Roles roles,
    boolean deletesAccounts,
    boolean seesMembers,
    boolean membersConfer,
    int membersPerCall) {
  public Capabilities {
    if (membersPerCall < 1) {
      throw new IllegalArgumentException("membersPerCall is " + membersPerCall + ", must be >= 1");
    }
  }

  /**
   * Which grants an app takes.
   *
   * @param onAccounts a role may be granted to an account
   * @param onTeams a role may be granted to a team
   * @param onResources a role may be limited to a resource ({@link GrantPlan.Role#resource})
   * @param needTeam a role that a group gives its members is taken only from members of the team
   *     that the group is in the app: it waits for the membership
   * @param oneOnly a subject holds one role per resource: a plan that grants another one revokes
   *     the one before in the same call
   * @param seen {@link Connector#seeGrants} gives real answers
   * @param listed {@link Connector#listGrants} gives real answers
   * @param holders {@link Connector#holders} gives real answers
   * @param perCall the most items of one {@link GrantPlan}, at least 1; at least 2 with {@code
   *     oneOnly}
   */
  public record Roles(
      boolean onAccounts,
      boolean onTeams,
      boolean onResources,
      boolean needTeam,
      boolean oneOnly,
      boolean seen,
      boolean listed,
      boolean holders,
      int perCall) {
    public static final Roles NONE = new Roles(false, false, false, false, false, false, 1);

    /** Of an app that is asked about single roles of single subjects at most. */
    public Roles(
        boolean onAccounts,
        boolean onTeams,
        boolean onResources,
        boolean needTeam,
        boolean oneOnly,
        boolean seen,
        int perCall) {
      this(onAccounts, onTeams, onResources, needTeam, oneOnly, seen, false, false, perCall);
    }

    public Roles {
      int least = oneOnly ? 2 : 1;
      if (perCall < least) {
        throw new IllegalArgumentException("perCall is " + perCall + ", must be >= " + least);
      }
    }

    /** The same, with lists of what a subject holds, and of who holds a role. */
    public Roles listing(boolean ofSubject, boolean ofRole) {
      return new Roles(
          onAccounts, onTeams, onResources, needTeam, oneOnly, seen, ofSubject, ofRole, perCall);
    }

    /** Whether the app has roles at all. */
    public boolean any() {
      return onAccounts || onTeams;
    }
  }
}
