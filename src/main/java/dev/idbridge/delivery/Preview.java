package dev.idbridge.delivery;

import dev.idbridge.delivery.Scopes.Verdict;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.model.Account;
import dev.idbridge.model.Resource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an app's file makes of a user as the directory is now, without doing anything.
 *
 * @param account what the account would say; null when that cannot be told
 * @param why what speaks against a usable account, else empty
 */
public record Preview(@Nullable Account account, String why) {

  /** Reads the user's memberships where the scope depends on them. */
  public static Preview of(App app, long id, Target user, Targets targets) {
    Resource.User resource = (Resource.User) user.resource();
    Verdict verdict =
        new Scopes(targets).of(app.config().scope(), Map.of(id, user)).getOrDefault(id, Verdict.IN);
    if (!verdict.unclear().isEmpty()) {
      return new Preview(null, verdict.unclear());
    }
    String why = "";
    if (user.deleted()) {
      why = "the user is deleted";
    } else if (!resource.active()) {
      why = "the user is not active";
    } else if (!verdict.inside()) {
      why = "the user is not in the app's scope";
    }
    try {
      Account account = Mapped.of(resource, Desired.account(resource), app.config().mapping());
      return new Preview(why.isEmpty() ? account : account.withActive(false), why);
    } catch (MappingFailed failed) {
      return new Preview(null, String.valueOf(failed.getMessage()));
    }
  }
}
