package dev.idbridge.admin;

import org.jspecify.annotations.Nullable;

/**
 * What an administrator decides about a role of one user or group in an app.
 *
 * @param user id or userName; this or {@code group}
 * @param group id or displayName
 * @param role the app's word; null only where everything suppressed is restored
 * @param on the resource that the role is limited to; null or empty for the whole app
 */
public record GrantAct(
    Kind act,
    @Nullable String user,
    @Nullable String group,
    @Nullable String role,
    @Nullable String on) {
  private static final int LONGEST = 256;

  public GrantAct {
    if (act == null) {
      throw AdminRefused.invalid("act is missing: say add, remove or restore");
    }
    if ((user == null) == (group == null)) {
      throw AdminRefused.invalid("say a user or a group, and not both");
    }
    if (act != Kind.RESTORE && (role == null || role.isBlank())) {
      throw AdminRefused.invalid("role is missing");
    }
    for (String text : new @Nullable String[] {role, on}) {
      if (text != null && text.length() > LONGEST) {
        throw AdminRefused.invalid("a role or resource is longer than " + LONGEST + " characters");
      }
    }
  }

  /** What is done. */
  public enum Kind {
    ADD,
    REMOVE,
    /** Given back after a reactivation. */
    RESTORE
  }
}
