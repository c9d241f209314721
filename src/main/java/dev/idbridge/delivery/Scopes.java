package dev.idbridge.delivery;

import dev.idbridge.config.Scope;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.expression.Subject;
import dev.idbridge.model.Resource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Decides who is in an app's scope, as the directory is now. Thread-safe. */
final class Scopes {
  /**
   * @param inside whether the user is in scope
   * @param unclear why that cannot be told, else empty; then nothing is done for or against it
   */
  record Verdict(boolean inside, String unclear) {
    static final Verdict IN = new Verdict(true, "");
    static final Verdict OUT = new Verdict(false, "");
  }

  private final Targets targets;

  Scopes(Targets targets) {
    this.targets = targets;
  }

  /** By user; in one query at most, besides. */
  Map<Long, Verdict> of(Scope scope, Map<Long, Target> users) {
    Map<Long, Verdict> verdicts = new HashMap<>();
    switch (scope) {
      case Scope.Everyone everyone -> users.keySet().forEach(id -> verdicts.put(id, Verdict.IN));
      case Scope.Groups groups -> {
        Set<Long> members = targets.membersOf(users.keySet(), groups.names());
        for (long id : users.keySet()) {
          verdicts.put(id, members.contains(id) ? Verdict.IN : Verdict.OUT);
        }
      }
      case Scope.Matching matching ->
          users.forEach((id, user) -> verdicts.put(id, of(matching, user)));
    }
    return verdicts;
  }

  /** The same of users of whom the ids alone are known. */
  Map<Long, Verdict> of(Scope scope, Collection<Long> users) {
    return scope instanceof Scope.Everyone ? Map.of() : of(scope, targets.users(users));
  }

  private static Verdict of(Scope.Matching matching, Target user) {
    if (!(user.resource() instanceof Resource.User resource)) {
      return Verdict.OUT;
    }
    try {
      return matching.condition().test(Subject.of(resource)) ? Verdict.IN : Verdict.OUT;
    } catch (EvaluationFailed failed) {
      return new Verdict(true, "scope.expression: " + failed.getMessage());
    }
  }

  /** What cannot be told counts as holding: nothing is taken from anybody for it. */
  static boolean holds(Scope.Matching matching, Resource.User user) {
    try {
      return matching.condition().test(Subject.of(user));
    } catch (EvaluationFailed failed) {
      return true;
    }
  }
}
