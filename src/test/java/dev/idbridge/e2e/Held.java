package dev.idbridge.e2e;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchResultEntry;
import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.User;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.ScimApp;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** What an app holds now, read past the bridge. */
interface Held {
  /** userName, with a minus before it when disabled; sorted. */
  List<String> accounts();

  /** Names of the teams, sorted. */
  List<String> teams();

  /** userNames of a team's members, sorted; members that are nobody's account as they stand. */
  List<String> members(String team);

  record InScim(ScimApp app) implements Held {
    @Override
    public List<String> accounts() {
      return app.users().stream().map(InScim::word).sorted().toList();
    }

    private static String word(User user) {
      return (user.isActive().orElse(true) ? "" : "-") + user.getUserName().orElse("?");
    }

    @Override
    public List<String> teams() {
      return app.groups().stream().map(g -> g.getDisplayName().orElse("?")).sorted().toList();
    }

    @Override
    public List<String> members(String team) {
      TreeSet<String> names = new TreeSet<>();
      for (Group group : app.groups(team)) {
        for (String id : app.members(group.getId().orElseThrow())) {
          names.add(
              app.users().stream()
                  .filter(user -> user.getId().orElse("").equals(id))
                  .map(user -> user.getUserName().orElse("?"))
                  .findFirst()
                  .orElse(id));
        }
      }
      return List.copyOf(names);
    }
  }

  record InLdap(LdapTree tree) implements Held {
    private List<SearchResultEntry> all(String objectClass) {
      return tree.search(Filter.createEqualityFilter("objectClass", objectClass));
    }

    @Override
    public List<String> accounts() {
      return all("inetOrgPerson").stream()
          .map(
              e ->
                  ("inactive".equals(e.getAttributeValue("employeeType")) ? "-" : "")
                      + e.getAttributeValue("uid"))
          .sorted()
          .toList();
    }

    @Override
    public List<String> teams() {
      return all("groupOfNames").stream().map(e -> e.getAttributeValue("cn")).sorted().toList();
    }

    @Override
    public List<String> members(String team) {
      TreeSet<String> names = new TreeSet<>();
      for (SearchResultEntry entry : tree.search(Filter.createEqualityFilter("cn", team))) {
        String[] members = entry.getAttributeValues("member");
        Arrays.stream(members == null ? new String[0] : members)
            .filter(dn -> !dn.equalsIgnoreCase(LdapTree.PLACEHOLDER))
            .forEach(dn -> names.add(uid(dn)));
      }
      return List.copyOf(names);
    }

    private static String uid(String dn) {
      try {
        return new DN(dn).getRDN().getAttributeValues()[0];
      } catch (LDAPException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
