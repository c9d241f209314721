package dev.idbridge.model;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose ID tokens make and update the users of a directory in mode JIT (OpenID Connect Core 1.0
 * section 3.1.3.7).
 *
 * @param issuer compared with the token's {@code iss}, character by character
 * @param audience our client id at the issuer; it must be among the token's {@code aud}
 * @param jwksUrl where the issuer publishes its keys
 * @param claims attribute to the claim it is taken from, as far as it is not {@link #USUAL}
 */
public record JitSettings(
    String issuer, String audience, String jwksUrl, Map<String, String> claims) {
  private static final int LONGEST = 512;
  private static final int LONGEST_CLAIMS = 2_000;

  /**
   * Where attributes come from when nobody says otherwise; the first claim that is there counts.
   * {@code sub} alone never changes and is never given to somebody else (OpenID Connect Core 1.0
   * section 5.7), so it is the key.
   */
  public static final Map<String, List<String>> USUAL = usual();

  /** Every attribute that a claim may fill. */
  public static final List<String> ATTRIBUTES =
      List.of(
          "externalId",
          "userName",
          "displayName",
          "nickName",
          "title",
          "userType",
          "preferredLanguage",
          "locale",
          "timezone",
          "profileUrl",
          "name.formatted",
          "name.givenName",
          "name.familyName",
          "name.middleName",
          "emails",
          "phoneNumbers",
          "department",
          "division",
          "organization",
          "costCenter",
          "employeeNumber");

  private static Map<String, List<String>> usual() {
    Map<String, List<String>> usual = new LinkedHashMap<>();
    usual.put("externalId", List.of("sub"));
    usual.put("userName", List.of("preferred_username", "email"));
    usual.put("displayName", List.of("name"));
    usual.put("name.givenName", List.of("given_name"));
    usual.put("name.familyName", List.of("family_name"));
    usual.put("emails", List.of("email"));
    return Collections.unmodifiableMap(usual);
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with which setting, and what to say
   *     instead
   */
  public JitSettings {
    issuer = said("issuer", issuer);
    audience = said("audience", audience);
    jwksUrl = said("jwks-url", jwksUrl);
    String problem = urlProblem(jwksUrl);
    if (problem != null) {
      throw new IllegalArgumentException("jwks-url is '" + jwksUrl + "', " + problem);
    }
    claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
    int length = 0;
    for (Map.Entry<String, String> claim : claims.entrySet()) {
      if (!ATTRIBUTES.contains(claim.getKey())) {
        throw new IllegalArgumentException(
            "'"
                + claim.getKey()
                + "' is no attribute that a claim fills; there is "
                + String.join(", ", ATTRIBUTES));
      }
      if (claim.getValue() == null || !claim.getValue().matches("[!-~&&[^=,]]{1,128}")) {
        throw new IllegalArgumentException(
            "the claim for " + claim.getKey() + " must be a name such as email");
      }
      length += claim.getKey().length() + claim.getValue().length() + 2;
    }
    if (length > LONGEST_CLAIMS) {
      throw new IllegalArgumentException("the claims are too long; name fewer");
    }
  }

  private static String said(String name, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " is missing");
    }
    String text = value.strip();
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(name + " has more than " + LONGEST + " characters");
    }
    return text;
  }

  private static @Nullable String urlProblem(String url) {
    String wanted =
        "must be an https URL such as https://login.example.com/keys"
            + " (http only on this machine: 127.0.0.1, [::1], localhost)";
    try {
      URI uri = URI.create(url);
      String host = uri.getHost();
      if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
        return wanted;
      }
      boolean here = List.of("127.0.0.1", "[::1]", "localhost").contains(host);
      return "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && here)
          ? null
          : wanted;
    } catch (IllegalArgumentException e) {
      return wanted;
    }
  }

  /** The claims that may fill an attribute, the one that counts first; empty for none. */
  public List<String> claimsFor(String attribute) {
    String chosen = claims.get(attribute);
    return chosen != null ? List.of(chosen) : USUAL.getOrDefault(attribute, List.of());
  }
}
