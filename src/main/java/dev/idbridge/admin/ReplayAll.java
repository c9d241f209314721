package dev.idbridge.admin;

import org.jspecify.annotations.Nullable;

/**
 * Every dead letter of an app is to be tried again.
 *
 * @param kind account, team or grants; null for all
 * @param rate how many per second, 1 to 10,000; null: all at once
 */
public record ReplayAll(String app, @Nullable String kind, @Nullable Integer rate) {
  public ReplayAll {
    if (app == null) {
      throw AdminRefused.invalid("app is missing: name the app whose dead letters are meant");
    }
  }
}
