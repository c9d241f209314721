package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchResultEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Another uid for an account whose DN is made of it. Groups name their members by DN, and only some
 * servers follow a rename there; so the connector does, for every group under the search base,
 * whoever put the account in.
 *
 * <ol>
 *   <li>Read the groups that name the old DN, all of them, or change nothing.
 *   <li>Rename, and keep the old name as a second value of uid, which may have several (RFC 4519
 *       section 2.39).
 *   <li>Exchange old DN for new, in one modify per group. Never before the rename: until then the
 *       new DN may be, or become, somebody else.
 *   <li>Read the groups again, for those that came or moved meanwhile.
 *   <li>Take the old name out of uid.
 * </ol>
 *
 * <p>The kept name is the entry's own record of an unfinished rename: an update that meets a second
 * uid, and no entry that has the DN made of it, goes on where the one before it stopped, and needs
 * no memory for that. Until then the account is no member to a server that does not follow renames,
 * and its old name is not free. An addition that resolved the account before the rename and arrives
 * after the second reading looks again itself, see {@link LdapMembers}.
 */
final class LdapRename {
  private record Reference(String group, String member) {}

  private final LdapLayout layout;
  private final LdapSession session;
  private final SearchResultEntry entry;
  private final String userName;
  private final DN from;
  private final DN to;
  private final List<String> left;
  private final List<Reference> references;
  private boolean begun;
  private final List<String> refused = new ArrayList<>();

  /** Reads what is needed and changes nothing. */
  LdapRename(LdapLayout layout, LdapSession session, SearchResultEntry entry, String userName)
      throws LDAPException {
    this.layout = layout;
    this.session = session;
    this.entry = entry;
    this.userName = userName;
    from = entry.getParsedDN();
    to = sibling(from, userName);
    left = new ArrayList<>();
    for (String name : names(entry, session)) {
      if (!new DN(name).equals(to)) {
        left.add(name);
      }
    }
    references = references();
  }

  /** Whether the entry's DN is made of its uid alone. */
  static boolean appliesTo(SearchResultEntry entry) throws LDAPException {
    RDN rdn = entry.getRDN();
    return rdn != null && !rdn.isMultiValued() && rdn.hasAttribute("uid");
  }

  /**
   * The DNs by which groups may name the account: those that an unfinished rename left, then the
   * one it has. Never one that is another entry's.
   *
   * @param entry read with its uid
   */
  static List<String> names(SearchResultEntry entry, LdapSession session) throws LDAPException {
    List<String> names = new ArrayList<>();
    String[] uids = entry.getAttributeValues("uid");
    if (uids != null && uids.length > 1 && appliesTo(entry)) {
      for (String uid : uids) {
        DN other = sibling(entry.getParsedDN(), uid);
        if (!other.equals(entry.getParsedDN()) && session.get(other.toString(), "1.1") == null) {
          names.add(other.toString());
        }
      }
    }
    names.add(entry.getDN());
    return names;
  }

  private static DN sibling(DN dn, String uid) {
    RDN rdn = new RDN("uid", uid);
    DN above = dn.getParent();
    return above == null ? new DN(rdn) : new DN(rdn, above);
  }

  /** Whether it may be half done. */
  boolean begun() {
    return begun;
  }

  /** What groups refused the exchange, one reason each. */
  List<String> refused() {
    return refused;
  }

  /** Answers the new DN. */
  String run() throws LDAPException, LdapFailure {
    String dn = entry.getDN();
    // Where only the case differs, both are one name: servers refuse that as a rename.
    if (!from.equals(to)) {
      dn = session.rename(dn, "uid", userName, false);
    }
    begun = true;
    try {
      exchange(references);
      if (refused.isEmpty()) {
        exchange(references());
      }
    } catch (LDAPException e) {
      throw LdapFailure.halfway(session.last(), e);
    }
    if (refused.isEmpty()) {
      session.modify(dn, List.of(new Modification(ModificationType.REPLACE, "uid", userName)));
    }
    return dn;
  }

  private List<Reference> references() throws LDAPException {
    List<Reference> found = new ArrayList<>();
    for (String member : left) {
      Filter filter = Filter.createEqualityFilter(layout.memberAttribute(), member);
      session.find(filter, "1.1").forEach(group -> found.add(new Reference(group.getDN(), member)));
    }
    return found;
  }

  private void exchange(List<Reference> found) throws LDAPException {
    for (Reference reference : found) {
      String group = reference.group();
      Modification out = change(ModificationType.DELETE, reference.member());
      try {
        // The removal first: where it finds nothing, the server followed the rename, or somebody
        // took the account out, and then it must not come back.
        if (!modify(group, List.of(out, change(ModificationType.ADD, to.toString())))) {
          modify(group, List.of(out));
        }
      } catch (LDAPException e) {
        if (!e.getResultCode().isConnectionUsable()) {
          throw e;
        }
        refused.add(new LdapFailure(session.last(), e, true).reason());
      }
    }
  }

  private Modification change(ModificationType type, String member) {
    return new Modification(type, layout.memberAttribute(), member);
  }

  /** False when the new DN is in the group already. */
  private boolean modify(String group, List<Modification> modifications) throws LDAPException {
    try {
      session.modify(group, modifications);
      return true;
    } catch (LDAPException e) {
      ResultCode code = e.getResultCode();
      if (code.equals(ResultCode.ATTRIBUTE_OR_VALUE_EXISTS)) {
        return false;
      }
      // A group that moved is found again by the second reading.
      if (code.equals(ResultCode.NO_SUCH_ATTRIBUTE) || code.equals(ResultCode.NO_SUCH_OBJECT)) {
        return true;
      }
      throw e;
    }
  }
}
