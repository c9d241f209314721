package dev.idbridge.scim;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Media types of requests and answers (RFC 7644 sections 3.1 and 3.8). */
final class MediaType {
  static final String SCIM = "application/scim+json";
  static final String JSON = "application/json";

  private MediaType() {}

  /**
   * Refuses a body that says it is something else than JSON in UTF-8; one that says nothing is
   * taken as JSON. Nothing is unpacked (RFC 9110 section 15.5.16): what a small body could become
   * would have to be bounded once more.
   */
  static void check(@Nullable String contentType, @Nullable String encoding) throws Refusal {
    if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
      throw new Refusal(
          415,
          "",
          "the body is packed (Content-Encoding); send it as it is",
          Map.of("Accept-Encoding", "identity"));
    }
    if (contentType == null || contentType.isBlank()) {
      return;
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    String type = parts[0].strip();
    boolean known = type.equals(SCIM) || type.equals(JSON);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=")) {
        known &= parameter.equals("charset=utf-8") || parameter.equals("charset=utf8");
      }
    }
    if (!known) {
      throw new Refusal(
          415,
          "",
          "the body must be application/scim+json or application/json in UTF-8",
          Map.of("Accept", SCIM + ", " + JSON));
    }
  }

  /** The answer's type: plain JSON only for a client that names nothing but that. */
  static String answer(@Nullable String accept) {
    if (accept != null) {
      String wanted = accept.toLowerCase(Locale.ROOT);
      if (wanted.contains(JSON) && !wanted.contains(SCIM) && !wanted.contains("*/*")) {
        return JSON;
      }
    }
    return SCIM;
  }
}
