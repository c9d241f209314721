package dev.idbridge.connector.spi;

import java.util.List;
import java.util.Optional;

/** One per kind of app; found by {@link java.util.ServiceLoader}. Stateless, no-argument. */
public interface ConnectorFactory {
  /** The word after {@code connector:} in an app's file; lower case, never renamed. */
  String kind();

  /** Every setting it takes: validation, masking and the manual all come from here. */
  List<SettingSpec> settings();

  /**
   * Names of the settings that say which app it is (base URL, tenant): what we know of accounts and
   * teams holds only as long as they stay the same.
   */
  default List<String> identity() {
    return List.of();
  }

  /**
   * Whether accounts of this kind of app can say an attribute beyond those that every account has:
   * it arrives in {@link dev.idbridge.model.Account#more} under this name, as a string, a boolean,
   * a long or a list of strings.
   *
   * @return what is wrong with the name, and what to write instead; empty when it is sent
   */
  default Optional<String> whyNotMapped(String attribute, Settings settings) {
    return Optional.of(
        "is no attribute of connector "
            + kind()
            + "; write userName, externalId, displayName, givenName, familyName or emails");
  }

  /**
   * A connector for one app. No I/O: a bad setting is told before anything starts.
   *
   * @throws SettingException naming the setting, what is wrong with it and what to write instead
   */
  Connector create(Settings settings, Services services);
}
