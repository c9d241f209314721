package dev.idbridge.connector.rest;

import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.Settings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token that stands in a secret setting; read at each call, so that a new one is used at once.
 */
public final class BearerToken implements Credentials {
  private final Settings settings;
  private final String setting;

  public BearerToken(Settings settings, String setting) {
    this.settings = settings;
    this.setting = setting;
  }

  @Override
  public Access access(@Nullable String refused, Deadline deadline) {
    try {
      String token = secret(settings, setting);
      return new Access.Granted("Bearer " + token, List.of(token));
    } catch (SettingException e) {
      return new Access.Refused(unusable(e));
    }
  }

  static Outcome.Failure unusable(SettingException e) {
    return new Outcome.AuthFailed("setting '" + e.setting() + "' " + e.getMessage());
  }

  /**
   * @throws SettingException when it is not there or cannot stand in a header
   */
  static String secret(Settings settings, String setting) {
    String secret = settings.secret(setting);
    if (secret == null || secret.isBlank()) {
      throw new SettingException(setting, "is empty");
    }
    if (secret.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new SettingException(setting, "holds a line break or another control character");
    }
    return secret;
  }
}
