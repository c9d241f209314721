package dev.idbridge.connector.spi;

/**
 * What an app can do, declared once so that plans never ask for more.
 *
 * @param hierarchy teams may have parents in the app
 * @param roles the app has roles that can be granted and revoked
 * @param rolesOnTeams a role may be granted to a team
 * @param deletesAccounts an account can be deleted, not only disabled
 * @param seesMembers {@link Connector#seeMembers} gives real answers
 * @param membersConfer membership gives access: a deactivated account is taken out of our teams
 * @param membersPerCall the most items of one {@link MemberPlan}, at least 1
 */
public record Capabilities(
    boolean hierarchy,
    boolean roles,
    boolean rolesOnTeams,
    boolean deletesAccounts,
    boolean seesMembers,
    boolean membersConfer,
    int membersPerCall) {
  public Capabilities {
    if (membersPerCall < 1) {
      throw new IllegalArgumentException("membersPerCall is " + membersPerCall + ", must be >= 1");
    }
  }
}
