package dev.idbridge.scim;

import java.security.SecureRandom;
import java.time.Duration;

/**
 * Settings of what is read.
 *
 * @param cursorKey 32 bytes that cursors are sealed with, the same on every node
 * @param cursorLife how long a cursor is good
 */
public record ReadSettings(byte[] cursorKey, Duration cursorLife) {
  /** How long a cursor is good when nobody says otherwise. */
  public static final Duration CURSOR_LIFE = Duration.ofHours(1);

  private static final int KEY_BYTES = 32;

  public ReadSettings {
    cursorKey = cursorKey.clone();
    if (cursorKey.length != KEY_BYTES) {
      throw new IllegalArgumentException("a cursor key has " + KEY_BYTES + " bytes");
    }
  }

  /** With a key of this process alone. */
  public static ReadSettings plain() {
    return new ReadSettings(newKey(), CURSOR_LIFE);
  }

  /** A new key. */
  public static byte[] newKey() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  @Override
  public byte[] cursorKey() {
    return cursorKey.clone();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "ReadSettings[cursorLife=" + cursorLife + "]";
  }
}
