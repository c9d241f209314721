package dev.idbridge.connector.spi;

import org.jspecify.annotations.Nullable;

/**
 * One setting of a connector.
 *
 * @param name as written under {@code settings:}, kebab-case
 * @param help one sentence for the operator, with the unit
 * @param required the app does not start without it
 * @param otherwise the value when it is not set, or null
 * @param secret never shown; may be a {@code ${env:X}} reference
 */
public record SettingSpec(
    String name, String help, boolean required, @Nullable String otherwise, boolean secret) {
  public static SettingSpec required(String name, String help) {
    return new SettingSpec(name, help, true, null, false);
  }

  public static SettingSpec optional(String name, String otherwise, String help) {
    return new SettingSpec(name, help, false, otherwise, false);
  }

  public static SettingSpec secret(String name, String help) {
    return new SettingSpec(name, help, false, null, true);
  }
}
