package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.RDN;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the server is and how its tree is laid out, read from the settings once. */
record LdapLayout(
    String host,
    int port,
    boolean tls,
    boolean startTls,
    DN bindDn,
    DN usersBase,
    DN groupsBase,
    DN searchBase,
    List<String> userClasses,
    String groupClass,
    String memberAttribute,
    DN placeholder,
    String externalIdAttribute,
    String disabledAttribute,
    String disabledValue,
    int pageSize,
    int membersPerCall,
    int poolSize) {

  static LdapLayout of(Settings settings) {
    LDAPURL url = url(settings);
    boolean tls = url.getScheme().equalsIgnoreCase("ldaps");
    boolean startTls = settings.flag("start-tls");
    if (tls && startTls) {
      throw new SettingException("start-tls", "is true beside an ldaps url; leave it out");
    }
    DN users = dn(settings, "users-base");
    DN groups = dn(settings, "groups-base");
    String groupClass = groupClass(settings);
    return new LdapLayout(
        Objects.requireNonNull(url.getHost()),
        url.getPort(),
        tls,
        startTls,
        dn(settings, "bind-dn"),
        users,
        groups,
        searchBase(settings, users, groups),
        userClasses(settings),
        groupClass,
        groupClass.equals("groupOfNames") ? "member" : "uniqueMember",
        settings.get("placeholder-member") == null
            ? new DN(new RDN("cn", "placeholder"), groups)
            : dn(settings, "placeholder-member"),
        attribute(settings, "external-id-attribute"),
        attribute(settings, "disabled-attribute"),
        settings.require("disabled-value").strip(),
        settings.integer("page-size", 1, 1000),
        settings.integer("members-per-call", 1, 1000),
        settings.integer("pool-size", 1, 200));
  }

  /** For texts: without anything secret. */
  String address() {
    return (tls ? "ldaps://" : "ldap://") + host + ":" + port;
  }

  private static LDAPURL url(Settings settings) {
    String text = settings.require("url").strip();
    try {
      LDAPURL url = new LDAPURL(text);
      String scheme = url.getScheme().toLowerCase(Locale.ROOT);
      if (url.hostProvided()
          && !url.baseDNProvided()
          && (scheme.equals("ldap") || scheme.equals("ldaps"))) {
        return url;
      }
    } catch (LDAPException e) {
      // told below
    }
    throw new SettingException(
        "url", "is '" + text + "', must be such as ldap://host:389 or ldaps://host:636");
  }

  private static DN searchBase(Settings settings, DN users, DN groups) {
    if (settings.get("search-base") != null) {
      DN base = dn(settings, "search-base");
      check("users-base", users, base);
      check("groups-base", groups, base);
      return base;
    }
    for (DN above = users; above != null && !above.isNullDN(); above = above.getParent()) {
      if (groups.equals(above) || groups.isDescendantOf(above, false)) {
        return above;
      }
    }
    throw new SettingException(
        "search-base", "is missing, and nothing lies above both users-base and groups-base");
  }

  private static void check(String name, DN inner, DN base) {
    if (!inner.equals(base) && !inner.isDescendantOf(base, false)) {
      throw new SettingException(name, "'" + inner + "' is not under search-base '" + base + "'");
    }
  }

  private static DN dn(Settings settings, String name) {
    String text = settings.require(name);
    try {
      DN dn = new DN(text);
      if (!dn.isNullDN()) {
        return dn;
      }
    } catch (LDAPException e) {
      // told below
    }
    throw new SettingException(
        name, "is '" + text + "', must be a DN such as ou=people,dc=example,dc=com");
  }

  private static List<String> userClasses(Settings settings) {
    List<String> classes = new ArrayList<>();
    for (String word : settings.require("user-classes").split(",")) {
      classes.add(descriptor("user-classes", word.strip()));
    }
    return List.copyOf(classes);
  }

  private static String groupClass(Settings settings) {
    String text = settings.require("group-class").strip();
    for (String known : List.of("groupOfNames", "groupOfUniqueNames")) {
      if (known.equalsIgnoreCase(text)) {
        return known;
      }
    }
    throw new SettingException(
        "group-class", "is '" + text + "', must be groupOfNames or groupOfUniqueNames");
  }

  private static String attribute(Settings settings, String name) {
    return descriptor(name, settings.require(name).strip());
  }

  private static String descriptor(String name, @Nullable String word) {
    if (word == null || !word.matches("[A-Za-z][A-Za-z0-9-]*")) {
      throw new SettingException(
          name, "holds '" + word + "', which is no attribute or class name (RFC 4512)");
    }
    return word;
  }
}
