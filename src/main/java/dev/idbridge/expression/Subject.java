package dev.idbridge.expression;

import dev.idbridge.model.Resource;
import org.jspecify.annotations.Nullable;

/** What one evaluation is about; holds what the expression was compiled to see. */
public record Subject(Resource.@Nullable User user, Resource.@Nullable Group group) {

  public static Subject of(Resource.User user) {
    return new Subject(user, null);
  }

  public static Subject of(Resource.Group group) {
    return new Subject(null, group);
  }

  /** A user as a member of a group. */
  public static Subject of(Resource.User user, Resource.Group group) {
    return new Subject(user, group);
  }
}
