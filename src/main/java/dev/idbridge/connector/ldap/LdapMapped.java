package dev.idbridge.connector.ldap;

import dev.idbridge.connector.spi.Settings;
import dev.idbridge.model.Attributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Attributes that a mapping writes into a person's entry besides. */
final class LdapMapped {
  /** An attribute description without options (RFC 4512 section 2.5). */
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]*|\\d+(\\.\\d+)+");

  /** Attributes this connector writes itself, by what to write instead. */
  private static final Map<String, String> OURS =
      Map.of(
          "uid", "userName",
          "cn", "displayName",
          "sn", "familyName",
          "mail", "emails");

  /** The server's own, or not an account's to say. */
  private static final List<String> REFUSED =
      List.of("objectclass", "userpassword", "entryuuid", "entrydn", "memberof", "dn");

  private LdapMapped() {}

  static Optional<String> whyNot(String attribute, Settings settings) {
    String name = attribute.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(attribute).matches()) {
      return Optional.of(
          "is no LDAP attribute; write a name such as title, departmentNumber or manager");
    }
    if (OURS.containsKey(name)) {
      return Optional.of("is written from " + OURS.get(name) + "; map that instead");
    }
    if (attribute.equalsIgnoreCase(settings.get("external-id-attribute"))) {
      return Optional.of(
          "keeps the user's externalId (settings.external-id-attribute); name another there, or map"
              + " externalId");
    }
    if (attribute.equalsIgnoreCase(settings.get("disabled-attribute"))) {
      return Optional.of(
          "marks disabled accounts (settings.disabled-attribute); name another there");
    }
    return REFUSED.contains(name)
        ? Optional.of("cannot be mapped to; leave it out")
        : Optional.empty();
  }

  /** What the account says besides, by attribute. */
  static void say(Attributes more, Map<String, List<String>> says) {
    for (String name : more.names()) {
      says.put(name, more.list(name).stream().map(LdapMapped::text).toList());
    }
  }

  /** A Boolean is TRUE or FALSE (RFC 4517 section 3.3.3). */
  private static String text(Object value) {
    return value instanceof Boolean flag
        ? flag.toString().toUpperCase(Locale.ROOT)
        : value.toString();
  }
}
