package dev.idbridge.model;

import org.jspecify.annotations.Nullable;

/**
 * A group as an app should hold it.
 *
 * @param name shown in the app and looked up there, never blank
 * @param externalId the group's id in the directory, for apps with a slot for it
 */
public record Team(String name, @Nullable String externalId) {
  /** The team type a group that the app does not know is created with, at the root. */
  public static final String TYPE = "group";

  public Team {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a team's name is blank");
    }
  }
}
