package dev.idbridge.config;

import dev.idbridge.expression.Expression;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an app's accounts say that differs from, or goes beyond, what every account says.
 *
 * @param rules by target attribute, in the order of the file
 * @param userNameIsEmail whether an account whose user name is not its e-mail address is refused
 */
public record Mapping(Map<String, Rule> rules, boolean userNameIsEmail) {
  /** Accounts say what every account says. */
  public static final Mapping NONE = new Mapping(Map.of(), false);

  /** Attributes that every account has; all others belong to the connector. */
  public static final List<String> OWN =
      List.of("userName", "externalId", "displayName", "givenName", "familyName", "emails");

  public Mapping {
    rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
  }

  /**
   * Where one attribute's value comes from. Values are a {@code String}, a {@code Boolean}, a
   * {@code Long} or a {@code List} of strings.
   *
   * @param expression null when there is a constant
   * @param constant null when there is an expression
   * @param otherwise the value when the expression gives nothing, or null
   * @param required whether an account without a value is refused
   */
  public record Rule(
      @Nullable Expression expression,
      @Nullable Object constant,
      @Nullable Object otherwise,
      boolean required) {}
}
