package dev.idbridge.connector.scim;

import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The app's habits, read from its settings once; the secrets are not among them. */
record ScimDialect(
    URI baseUrl,
    boolean basic,
    String contentType,
    String usersPath,
    String groupsPath,
    List<UserKey> userLookup,
    boolean groupsByFilter,
    boolean excludeMembers,
    int pageSize,
    boolean sendExternalId,
    boolean putUsers,
    Deactivate deactivate,
    int membersPerRequest,
    boolean removeByFilter,
    Probe probe,
    boolean membersShown,
    boolean membersConfer,
    boolean userRoles,
    Pattern conflictText) {

  enum UserKey {
    EXTERNAL_ID("externalId"),
    USER_NAME("userName"),
    EMAIL("email"),
    WORK_EMAIL("work-email");

    final String word;

    UserKey(String word) {
      this.word = word;
    }
  }

  enum Deactivate {
    PATCH,
    PUT,
    DELETE
  }

  enum Probe {
    OFF,
    MEMBERS,
    MEMBERS_VALUE
  }

  static ScimDialect of(Settings settings) {
    return new ScimDialect(
        baseUrl(settings),
        basic(settings),
        oneOf(settings, "content-type", "application/scim+json", "application/json"),
        path(settings, "users-path"),
        path(settings, "groups-path"),
        userLookup(settings),
        oneOf(settings, "group-lookup", "filter", "list").equals("filter"),
        settings.flag("exclude-members"),
        settings.integer("page-size", 1, 1000),
        settings.flag("send-external-id"),
        oneOf(settings, "user-update", "patch", "put").equals("put"),
        Deactivate.valueOf(upper(oneOf(settings, "deactivate", "patch", "put", "delete"))),
        settings.integer("members-per-request", 1, 1000),
        oneOf(settings, "member-remove", "filter", "values").equals("filter"),
        Probe.valueOf(upper(oneOf(settings, "member-probe", "off", "members", "members.value"))),
        settings.flag("members-shown"),
        settings.flag("members-confer"),
        userRoles(settings),
        conflictText(settings));
  }

  private static URI baseUrl(Settings settings) {
    String text = settings.require("base-url").strip();
    try {
      URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // told below
    }
    throw new SettingException(
        "base-url",
        "must be an http or https URL without user, query or fragment, such as"
            + " https://host/scim/v2");
  }

  private static boolean basic(Settings settings) {
    boolean token = settings.get("token") != null;
    boolean user = settings.get("user") != null;
    if (token && user) {
      throw new SettingException("token", "stands beside 'user'; set one of them");
    }
    if (!token && !user) {
      throw new SettingException("token", "is missing; set it, or 'user' and 'password'");
    }
    if (user && settings.get("password") == null) {
      throw new SettingException("password", "is missing beside 'user'");
    }
    return user;
  }

  private static String path(Settings settings, String name) {
    String path = settings.require(name);
    if (!path.matches("[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")) {
      throw new SettingException(
          name,
          "is '" + path + "', must be a relative path such as 'Users', without slashes around");
    }
    return path;
  }

  private static List<UserKey> userLookup(Settings settings) {
    List<UserKey> keys = new ArrayList<>();
    for (String word : settings.require("user-lookup").split(",")) {
      UserKey key =
          Arrays.stream(UserKey.values())
              .filter(k -> k.word.equals(word.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new SettingException(
                          "user-lookup",
                          "names '"
                              + word.strip()
                              + "'; known are externalId, userName, email, work-email"));
      if (!keys.contains(key)) {
        keys.add(key);
      }
    }
    return List.copyOf(keys);
  }

  private static boolean userRoles(Settings settings) {
    boolean roles = settings.flag("user-roles");
    for (String name : List.of("user-update", "deactivate")) {
      if (roles && settings.require(name).strip().equals("put")) {
        throw new SettingException(
            "user-roles",
            "is true, but " + name + ": put replaces the user and would drop its roles; use patch");
      }
    }
    return roles;
  }

  private static Pattern conflictText(Settings settings) {
    try {
      return Pattern.compile(settings.require("conflict-text"), Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new SettingException(
          "conflict-text", "is no regular expression: " + e.getDescription());
    }
  }

  private static String oneOf(Settings settings, String name, String... words) {
    String value = settings.require(name).strip();
    if (!List.of(words).contains(value)) {
      throw new SettingException(
          name, "is '" + value + "', must be one of " + String.join(", ", words));
    }
    return value;
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
