package dev.idbridge.admin;

import java.util.Map;

/**
 * What an app's file makes of a user now; nothing is written.
 *
 * @param result account, disabled or failed: whether there would be one, and could be used
 * @param why what speaks against an account, else empty
 * @param attributes what the account would say, by target attribute; none of a failed one
 */
public record AccountPreview(
    String app, String user, String result, String why, Map<String, Object> attributes) {
  public AccountPreview {
    attributes = Map.copyOf(attributes);
  }
}
