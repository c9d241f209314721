package dev.idbridge.delivery;

import dev.idbridge.config.Mapping;
import dev.idbridge.config.Mapping.Rule;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.expression.Subject;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An account as an app's mapping makes it of what every account says: whole, or not at all. */
final class Mapped {
  private static final String KEY = "accounts.mapping.";

  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
  private final Account plain;

  private Mapped(Account plain) {
    this.plain = plain;
  }

  static Account of(Resource.User user, Account plain, Mapping mapping) throws MappingFailed {
    Account account = plain;
    if (!mapping.rules().isEmpty()) {
      Mapped mapped = new Mapped(plain);
      for (Map.Entry<String, Rule> rule : mapping.rules().entrySet()) {
        mapped.values.put(rule.getKey(), value(user, rule.getKey(), rule.getValue()));
      }
      account = mapped.account();
    }
    if (mapping.userNameIsEmail() && !account.userName().equalsIgnoreCase(account.email())) {
      throw new MappingFailed(
          "the user name '"
              + account.userName()
              + "' is not the user's e-mail address"
              + (account.email() == null ? ": there is none" : " '" + account.email() + "'")
              + " (accounts.require-username-equals-email); correct it at the identity provider, or"
              + " map userName: email");
    }
    return account;
  }

  private static @Nullable Object value(Resource.User user, String target, Rule rule)
      throws MappingFailed {
    Object value = rule.constant();
    if (rule.expression() != null) {
      try {
        value = rule.expression().value(Subject.of(user));
      } catch (EvaluationFailed failed) {
        throw new MappingFailed(KEY + target + ": " + failed.getMessage());
      }
    }
    if (empty(value)) {
      value = rule.otherwise();
    }
    if (empty(value) && rule.required()) {
      throw new MappingFailed(
          KEY + target + " is required, and " + rule.expression() + " gives nothing for this user");
    }
    return empty(value) ? null : value;
  }

  private static boolean empty(@Nullable Object value) {
    return value == null
        || (value instanceof String text && text.isBlank())
        || (value instanceof List<?> list && list.isEmpty());
  }

  private Account account() throws MappingFailed {
    String userName = text("userName", plain.userName());
    if (userName == null) {
      throw new MappingFailed(KEY + "userName gives nothing, and every account needs a user name");
    }
    String displayName = text("displayName", plain.displayName());
    Map<String, Object> more = new LinkedHashMap<>();
    values.forEach(
        (target, value) -> {
          if (value != null && !Mapping.OWN.contains(target)) {
            more.put(target, value);
          }
        });
    return new Account(
        userName,
        text("externalId", plain.externalId()),
        displayName == null ? plain.displayName() : displayName,
        text("givenName", plain.givenName()),
        text("familyName", plain.familyName()),
        emails(),
        plain.active(),
        Attributes.of(more));
  }

  private @Nullable String text(String target, @Nullable String unmapped) throws MappingFailed {
    if (!values.containsKey(target)) {
      return unmapped;
    }
    Object value = values.get(target);
    if (value instanceof List<?> || value instanceof Boolean) {
      throw new MappingFailed(KEY + target + " gives no text, and must");
    }
    return value == null ? null : value.toString();
  }

  private List<String> emails() throws MappingFailed {
    Object value = values.containsKey("emails") ? values.get("emails") : plain.emails();
    return switch (value) {
      case null -> List.of();
      case String one -> List.of(one);
      case List<?> many ->
          many.stream().map(String::valueOf).filter(one -> !one.isBlank()).distinct().toList();
      default -> throw new MappingFailed(KEY + "emails gives no text and no list of texts");
    };
  }
}
