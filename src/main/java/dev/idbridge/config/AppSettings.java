package dev.idbridge.config;

import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The settings of one app as its file has them. References are resolved at every call. */
final class AppSettings implements Settings {
  static final String MASK = "***";

  private final Map<String, SettingSpec> specs;
  private final Map<String, String> written;
  private final References references;

  AppSettings(List<SettingSpec> specs, Map<String, String> written, References references) {
    this.specs =
        specs.stream()
            .collect(Collectors.toUnmodifiableMap(SettingSpec::name, Function.identity()));
    this.written = Map.copyOf(written);
    this.references = references;
  }

  /** A secret is answered as a mask, so that its presence can be asked for and nothing leaks. */
  @Override
  public @Nullable String get(String name) {
    String value = secret(name);
    return value != null && spec(name).secret() ? MASK : value;
  }

  @Override
  public @Nullable String secret(String name) {
    SettingSpec spec = spec(name);
    String value = written.getOrDefault(name, spec.otherwise());
    try {
      return value == null ? null : references.resolve(value);
    } catch (References.Unresolved e) {
      throw new SettingException(name, String.valueOf(e.getMessage()));
    }
  }

  private SettingSpec spec(String name) {
    SettingSpec spec = specs.get(name);
    if (spec == null) {
      throw new IllegalArgumentException("the connector never declared a setting '" + name + "'");
    }
    return spec;
  }

  /** What is written, secrets masked. */
  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>();
    written.forEach((name, value) -> shown.put(name, spec(name).secret() ? MASK : value));
    return shown.toString();
  }
}
