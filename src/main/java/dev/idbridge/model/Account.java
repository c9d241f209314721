package dev.idbridge.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user as an app should hold it: what the account should say, after scope and mapping.
 *
 * @param userName as the IdP sent it, never blank
 * @param externalId the IdP's own key, or null
 * @param displayName never blank: the user's display name, else the full name, else the user name
 * @param emails primary first, never repeating a value
 * @param active false: the account exists but nobody may use it
 */
public record Account(
    String userName,
    @Nullable String externalId,
    String displayName,
    @Nullable String givenName,
    @Nullable String familyName,
    List<String> emails,
    boolean active,
    Attributes more) {
  public Account {
    emails = List.copyOf(emails);
    if (userName.isBlank()) {
      throw new IllegalArgumentException("userName is blank");
    }
  }

  /** The primary e-mail address, or null. */
  public @Nullable String email() {
    return emails.isEmpty() ? null : emails.getFirst();
  }

  /** The same account, usable or not. */
  public Account withActive(boolean usable) {
    return new Account(
        userName, externalId, displayName, givenName, familyName, emails, usable, more);
  }
}
