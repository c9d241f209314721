package dev.idbridge.scim;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Versions in {@code If-Match} and {@code If-None-Match} (RFC 7644 section 3.14). */
final class Etags {
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"([0-9]{1,18})\"");

  private Etags() {}

  /**
   * The versions of which a write insists on one (RFC 9110 section 13.1.1); null for none or {@code
   * *}. A tag we never gave out matches no version.
   */
  static @Nullable Set<Long> required(@Nullable String ifMatch) {
    if (ifMatch == null || ifMatch.isBlank() || ifMatch.strip().equals("*")) {
      return null;
    }
    Set<Long> versions = new TreeSet<>();
    Matcher tags = TAG.matcher(ifMatch);
    while (tags.find()) {
      versions.add(Long.parseLong(tags.group(1)));
    }
    return versions;
  }

  /** Whether the client has this version already. */
  static boolean known(@Nullable String ifNoneMatch, long version) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (ifNoneMatch.strip().equals("*")) {
      return true;
    }
    Matcher tags = TAG.matcher(ifNoneMatch);
    while (tags.find()) {
      if (Long.parseLong(tags.group(1)) == version) {
        return true;
      }
    }
    return false;
  }
}
