package dev.idbridge.connector.ldap;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.AddRequest;
import com.unboundid.ldap.sdk.CompareRequest;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.DeleteRequest;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPRequest;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModifyDNRequest;
import com.unboundid.ldap.sdk.ModifyRequest;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.controls.SimplePagedResultsControl;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Inventory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection in use by one thread: every request on it ends with the deadline. */
final class LdapSession {
  static final String UUID = "entryUUID";
  private static final long LONGEST_CALL_MILLIS =
      TimeUnit.MINUTES.toMillis(Inventory.LONGEST_CALL_MINUTES);

  private final LdapLayout layout;
  private final LDAPConnection connection;
  private final Deadline deadline;
  private final LdapPace pace;
  private boolean wrote;
  private String last = "nothing asked";

  LdapSession(LdapLayout layout, LDAPConnection connection, Deadline deadline, LdapPace pace) {
    this.layout = layout;
    this.connection = connection;
    this.deadline = deadline;
    this.pace = pace;
  }

  /** Whether any write was sent. */
  boolean wrote() {
    return wrote;
  }

  /** The last operation, for reasons. */
  String last() {
    return last;
  }

  boolean timeLeft() {
    return !deadline.passed();
  }

  private <R extends LDAPRequest> R begin(R request, String what) throws LDAPException {
    last = what;
    pace.take(request instanceof SearchRequest || request instanceof CompareRequest, deadline);
    long left = deadline.left().toMillis();
    if (left <= 0) {
      throw new LDAPException(ResultCode.TIMEOUT, "no time left");
    }
    request.setResponseTimeoutMillis(Math.min(left, LONGEST_CALL_MILLIS));
    return request;
  }

  /**
   * Every entry under the search base, page by page (RFC 2696); fails rather than leave one out.
   */
  List<SearchResultEntry> find(Filter filter, String... attributes) throws LDAPException {
    List<SearchResultEntry> found = new ArrayList<>();
    each(filter, found::addAll, attributes);
    return found;
  }

  /** The same, each page by itself. */
  void each(Filter filter, Consumer<List<SearchResultEntry>> pages, String... attributes)
      throws LDAPException {
    ASN1OctetString cookie = null;
    do {
      SearchRequest request =
          new SearchRequest(layout.searchBase().toString(), SearchScope.SUB, filter, attributes);
      request.addControl(new SimplePagedResultsControl(layout.pageSize(), cookie, false));
      SearchResult result =
          connection.search(begin(request, "search under " + layout.searchBase()));
      if (result.getReferenceCount() > 0) {
        throw new LDAPException(
            ResultCode.REFERRAL,
            "part of the tree is on another server; set a narrower search-base");
      }
      pages.accept(result.getSearchEntries());
      SimplePagedResultsControl page = SimplePagedResultsControl.get(result);
      cookie = page != null && page.moreResultsToReturn() ? page.getCookie() : null;
    } while (cookie != null);
  }

  /** The entry with this remote id, or null when it is gone. */
  @Nullable SearchResultEntry get(String remoteId, String... attributes) throws LDAPException {
    if (!isDn(remoteId)) {
      List<SearchResultEntry> found = find(Filter.createEqualityFilter(UUID, remoteId), attributes);
      return found.isEmpty() ? null : found.getFirst();
    }
    return at(remoteId, attributes);
  }

  /** The entry of this name, or null when it is gone. */
  @Nullable SearchResultEntry at(String dn, String... attributes) throws LDAPException {
    SearchRequest request =
        new SearchRequest(
            dn, SearchScope.BASE, Filter.createPresenceFilter("objectClass"), attributes);
    request.setSizeLimit(1);
    return connection.searchForEntry(begin(request, "read " + dn));
  }

  /**
   * The entries that are there, by remote id.
   *
   * @param attribute the one that is read
   */
  Map<String, SearchResultEntry> entries(List<String> remoteIds, String attribute)
      throws LDAPException {
    Map<String, SearchResultEntry> entries = new HashMap<>();
    List<Filter> uuids = new ArrayList<>();
    Map<String, String> asGiven = new HashMap<>();
    for (String id : remoteIds) {
      if (isDn(id)) {
        SearchResultEntry entry = at(id, attribute);
        if (entry != null) {
          entries.put(id, entry);
        }
      } else {
        asGiven.put(id.toLowerCase(Locale.ROOT), id);
        uuids.add(Filter.createEqualityFilter(UUID, id));
      }
    }
    if (!uuids.isEmpty()) {
      for (SearchResultEntry entry : find(Filter.createORFilter(uuids), UUID, attribute)) {
        String uuid = entry.getAttributeValue(UUID);
        String id = uuid == null ? null : asGiven.get(uuid.toLowerCase(Locale.ROOT));
        if (id != null) {
          entries.put(id, entry);
        }
      }
    }
    return entries;
  }

  /** The remote id of an entry just made. */
  String idAt(String dn) throws LDAPException {
    SearchResultEntry entry = at(dn, UUID);
    if (entry == null) {
      throw new LDAPException(ResultCode.SERVER_DOWN, "the new entry cannot be read back");
    }
    return id(entry);
  }

  static String id(SearchResultEntry entry) {
    String uuid = entry.getAttributeValue(UUID);
    return uuid == null ? entry.getDN() : uuid;
  }

  private static boolean isDn(String remoteId) {
    return remoteId.indexOf('=') >= 0;
  }

  boolean compare(String dn, String attribute, String value) throws LDAPException {
    return connection
        .compare(
            begin(new CompareRequest(dn, attribute, value), "compare " + attribute + " of " + dn))
        .compareMatched();
  }

  void add(AddRequest request) throws LDAPException {
    begin(request, "add " + request.getDN());
    wrote = true;
    connection.add(request);
  }

  void modify(String dn, List<Modification> modifications) throws LDAPException {
    ModifyRequest request = begin(new ModifyRequest(dn, modifications), "modify " + dn);
    wrote = true;
    connection.modify(request);
  }

  /**
   * Gives the entry another name at the same place; answers its new DN.
   *
   * @param forget whether the old name goes from the attribute too
   */
  String rename(String dn, String attribute, String value, boolean forget) throws LDAPException {
    RDN rdn = new RDN(attribute, value);
    ModifyDNRequest request =
        begin(new ModifyDNRequest(dn, rdn.toString(), forget), "rename " + dn + " to " + rdn);
    wrote = true;
    connection.modifyDN(request);
    DN above = new DN(dn).getParent();
    return (above == null ? new DN(rdn) : new DN(rdn, above)).toString();
  }

  void delete(String dn) throws LDAPException {
    DeleteRequest request = begin(new DeleteRequest(dn), "delete " + dn);
    wrote = true;
    connection.delete(request);
  }
}
