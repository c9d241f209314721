package dev.idbridge.testing;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.List;

/**
 * A directory server under test, looked at past the connector: what an admin of it would see and
 * do.
 */
public interface LdapTree extends AutoCloseable {
  String SUFFIX = "dc=example,dc=com";
  String ADMIN = "cn=admin," + SUFFIX;
  String PASSWORD = "s3cret-of-the-directory";
  String PEOPLE = "ou=people," + SUFFIX;
  String GROUPS = "ou=groups," + SUFFIX;
  String PLACEHOLDER = "cn=placeholder," + GROUPS;

  int port();

  /** Starts, again at the same port and with its data. */
  void start();

  /** Closes every connection and takes no more; the data stays. */
  void stop();

  @Override
  void close();

  /** The entries every tree starts with. */
  static List<Entry> roots() {
    return List.of(
        new Entry(
            SUFFIX, new Attribute("objectClass", "top", "domain"), new Attribute("dc", "example")),
        unit(PEOPLE),
        unit(GROUPS));
  }

  static Entry unit(String dn) {
    String name = dn.substring(dn.indexOf('=') + 1, dn.indexOf(','));
    return new Entry(
        dn, new Attribute("objectClass", "top", "organizationalUnit"), new Attribute("ou", name));
  }

  private LDAPConnection admin() throws LDAPException {
    return new LDAPConnection("127.0.0.1", port(), ADMIN, PASSWORD);
  }

  default void add(Entry entry) {
    try (LDAPConnection admin = admin()) {
      admin.add(entry);
    } catch (LDAPException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds a value to an attribute of an entry. */
  default void add(String dn, String attribute, String value) {
    try (LDAPConnection admin = admin()) {
      admin.modify(dn, new Modification(ModificationType.ADD, attribute, value));
    } catch (LDAPException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every entry under the suffix that matches, with its operational attributes. */
  default List<SearchResultEntry> search(Filter filter) {
    try (LDAPConnection admin = admin()) {
      return admin.search(SUFFIX, SearchScope.SUB, filter, "*", "+").getSearchEntries();
    } catch (LDAPException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The entry with this entryUUID, or null. */
  default SearchResultEntry byId(String uuid) {
    return search(Filter.createEqualityFilter("entryUUID", uuid)).stream().findFirst().orElse(null);
  }
}
