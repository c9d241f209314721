package dev.idbridge.connector.spi;

/**
 * A setting that cannot be used; the text starts with what is wrong, without the setting's value
 * where it is secret.
 */
public final class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String setting;

  public SettingException(String setting, String problem) {
    super(problem);
    this.setting = setting;
  }

  /** Name of the setting. */
  public String setting() {
    return setting;
  }
}
