package dev.idbridge.connector.spi;

import org.jspecify.annotations.Nullable;

/**
 * The {@code settings:} of one app, checked against {@link ConnectorFactory#settings}: unknown keys
 * and missing required ones never get here. Thread-safe.
 */
public interface Settings {
  /** The value, or the spec's default; null when neither is there. */
  @Nullable String get(String name);

  /**
   * The value now: references to the environment, files and credentials are resolved at each call,
   * so that a rotated secret is used without a restart. Never log it.
   *
   * @throws SettingException when the reference cannot be resolved
   */
  @Nullable String secret(String name);

  /** The value of a setting that is required or has a default. */
  default String require(String name) {
    String value = get(name);
    if (value == null || value.isBlank()) {
      throw new SettingException(name, "is missing");
    }
    return value;
  }

  default int integer(String name, int least, int most) {
    String text = require(name);
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, with the bounds
    }
    throw new SettingException(
        name, "is '" + text + "', must be a whole number from " + least + " to " + most);
  }

  default boolean flag(String name) {
    String text = require(name);
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new SettingException(name, "is '" + text + "', must be true or false");
  }
}
