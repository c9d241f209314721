package dev.idbridge.crash;

import java.util.List;

/**
 * Everything an app holds, as an admin of the app sees it.
 *
 * @param madeAccounts name of each account that was ever made by a client, as often as it was
 * @param madeTeams likewise
 */
record View(
    List<Account> accounts, List<Team> teams, List<String> madeAccounts, List<String> madeTeams) {

  /**
   * @param roles sorted, as often as they are listed; the app's own defaults left out
   */
  record Account(
      String id,
      String userName,
      String externalId,
      String displayName,
      boolean active,
      List<String> roles) {}

  /**
   * @param members direct ones, by user name, sorted, as often as they are listed
   * @param parent name of the team it stands under, or empty
   */
  record Team(String id, String name, List<String> members, String parent, List<String> roles) {}
}
