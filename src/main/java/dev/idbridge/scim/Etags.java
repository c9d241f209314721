package dev.idbridge.scim;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Versions in {@code If-Match} and {@code If-None-Match} (RFC 7644 section 3.14). */
final class Etags {
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"([0-9]{1,18})\"");

  private Etags() {}

  /**
   * The version a write insists on; null for none or {@code *}. Versions only rise, so of several
   * the highest is the one that can still be current. A tag we never gave out matches no version.
   */
  static @Nullable Long required(@Nullable String ifMatch) {
    if (ifMatch == null || ifMatch.isBlank() || ifMatch.strip().equals("*")) {
      return null;
    }
    long highest = -1;
    Matcher tags = TAG.matcher(ifMatch);
    while (tags.find()) {
      highest = Math.max(highest, Long.parseLong(tags.group(1)));
    }
    return highest;
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
