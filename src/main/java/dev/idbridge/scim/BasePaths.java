package dev.idbridge.scim;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The forms of the base path. A form is a path that may hold {@code {directory}} as one whole
 * segment; without it the directory is {@code default}. Fixed segments win over the placeholder.
 */
final class BasePaths {
  /** A path as ours, of another version of the protocol (RFC 7644 section 3.13). */
  static final Pattern OTHER_VERSION = Pattern.compile("^/+scim/+(?:[^/]+/+)?v[0-9]+(?:/|$)");

  private static final String PLACEHOLDER = "{directory}";

  private final List<List<String>> forms = new ArrayList<>();

  /**
   * @throws IllegalArgumentException for a form that cannot be matched
   */
  BasePaths(List<String> further) {
    forms.add(List.of("scim", "v2"));
    forms.add(List.of("scim", PLACEHOLDER, "v2"));
    for (String form : further) {
      List<String> segments = segments(form);
      if (!form.startsWith("/") || segments.isEmpty()) {
        throw new IllegalArgumentException(
            "server.base-paths: '" + form + "' is no path such as /api/scim/{directory}/v2");
      }
      for (String segment : segments) {
        if (segment.indexOf('{') >= 0 && !segment.equals(PLACEHOLDER)) {
          throw new IllegalArgumentException(
              "server.base-paths: '" + form + "' may hold no placeholder but {directory}");
        }
      }
      forms.add(segments);
    }
  }

  /**
   * @param directory named by the path
   * @param base the base path as requested, without a trailing slash
   * @param rest raw segments below it
   */
  record Match(String directory, String base, List<String> rest) {}

  /** The base path of a directory in the form that is always there. */
  static String of(String directory) {
    return directory.equals("default") ? "/scim/v2" : "/scim/" + directory + "/v2";
  }

  /** The form a raw path begins with, or null. Empty segments do not count. */
  @Nullable Match match(String rawPath) {
    List<String> segments = segments(rawPath);
    for (List<String> form : forms) {
      String directory = directory(form, segments);
      if (directory != null) {
        return new Match(
            directory,
            "/" + String.join("/", segments.subList(0, form.size())),
            segments.subList(form.size(), segments.size()));
      }
    }
    return null;
  }

  private static @Nullable String directory(List<String> form, List<String> segments) {
    if (segments.size() < form.size()) {
      return null;
    }
    String directory = "default";
    for (int i = 0; i < form.size(); i++) {
      if (form.get(i).equals(PLACEHOLDER)) {
        directory = Query.decoded(segments.get(i));
      } else if (!form.get(i).equals(segments.get(i))) {
        return null;
      }
    }
    return directory;
  }

  static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    int from = 0;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int end = slash < 0 ? path.length() : slash;
      if (end > from) {
        segments.add(path.substring(from, end));
      }
      from = end + 1;
    }
    return segments;
  }
}
