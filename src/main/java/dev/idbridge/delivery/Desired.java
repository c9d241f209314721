package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.expression.Expression;
import dev.idbridge.expression.Subject;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Emails;
import dev.idbridge.model.Resource;
import dev.idbridge.model.Team;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an app should hold of a user or group: pure functions of the directory and the rules. */
final class Desired {
  private Desired() {}

  static Account account(Resource.User user) {
    Attributes attributes = user.attributes();
    Attributes name = attributes.complex("name");
    String userName = user.userName();
    return new Account(
        userName,
        attributes.string("externalId"),
        displayName(attributes, name, userName),
        name.string("givenName"),
        name.string("familyName"),
        Emails.ordered(attributes),
        user.active(),
        Attributes.NONE);
  }

  private static String displayName(Attributes attributes, Attributes name, String userName) {
    String given = name.string("givenName");
    String family = name.string("familyName");
    String full = ((given == null ? "" : given) + " " + (family == null ? "" : family)).strip();
    for (String choice :
        new @Nullable String[] {attributes.string("displayName"), name.string("formatted"), full}) {
      if (choice != null && !choice.isBlank()) {
        return choice;
      }
    }
    return userName;
  }

  static AccountKeys keys(Account account) {
    return new AccountKeys(account.externalId(), account.userName(), account.emails());
  }

  static Team team(Resource.Group group) {
    return new Team(group.displayName(), group.publicId());
  }

  /**
   * Whether a group reaches an app.
   *
   * @throws EvaluationFailed when the condition says neither; then nothing is done for or against
   *     the group's team
   */
  static boolean selected(AppConfig.Groups groups, Resource.Group group) throws EvaluationFailed {
    String displayName = group.displayName();
    return switch (groups) {
      case AppConfig.Groups.Matching(Expression condition) -> condition.test(Subject.of(group));
      case AppConfig.Groups.All all -> true;
      case AppConfig.Groups.None none -> false;
      case AppConfig.Groups.Prefix(String prefix) ->
          displayName.toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT));
      case AppConfig.Groups.Names(List<String> names) ->
          names.stream().anyMatch(name -> name.equalsIgnoreCase(displayName));
    };
  }
}
