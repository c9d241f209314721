package dev.idbridge.config;

import dev.idbridge.expression.Expression;
import java.util.List;

/** Whose users have an account in an app; of them, those who are active. */
public sealed interface Scope {
  /** Every user of the directories it follows. */
  record Everyone() implements Scope {}

  /**
   * Members of any of these groups, direct or of groups within.
   *
   * @param names display names; upper and lower case do not tell them apart
   */
  record Groups(List<String> names) implements Scope {
    public Groups {
      names = List.copyOf(names);
    }
  }

  /** Users for whom a condition holds. */
  record Matching(Expression condition) implements Scope {}
}
