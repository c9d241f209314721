package dev.idbridge.testing;

import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings as a file would give them, with the defaults of the specs; secrets may be changed. */
public final class TestSettings implements Settings {
  private final Map<String, String> values = new HashMap<>();

  public TestSettings(List<SettingSpec> specs, Map<String, String> given) {
    specs.forEach(
        spec -> {
          if (spec.otherwise() != null) {
            values.put(spec.name(), spec.otherwise());
          }
        });
    List<String> known = specs.stream().map(SettingSpec::name).toList();
    given.forEach(
        (name, value) -> {
          if (!known.contains(name)) {
            throw new IllegalArgumentException("no setting is called " + name);
          }
          values.put(name, value);
        });
  }

  public synchronized void set(String name, String value) {
    values.put(name, value);
  }

  @Override
  public synchronized String get(String name) {
    return values.get(name);
  }

  @Override
  public synchronized String secret(String name) {
    return values.get(name);
  }
}
