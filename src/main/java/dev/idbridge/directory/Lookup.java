package dev.idbridge.directory;

import dev.idbridge.model.Filter.Operator;
import dev.idbridge.model.ResourceType;
import java.util.List;

/**
 * A condition that the tables can answer, on columns of one row. Two-valued: a column without a
 * value makes a comparison false, never unknown, so that {@link Not} is what it says. Pure.
 */
sealed interface Lookup {
  /** Holds for every row. */
  Lookup EVERYTHING = new All(List.of());

  /** Holds for no row. */
  Lookup NOTHING = new Any(List.of());

  record All(List<Lookup> all) implements Lookup {
    public All {
      all = List.copyOf(all);
    }
  }

  record Any(List<Lookup> any) implements Lookup {
    public Any {
      any = List.copyOf(any);
    }
  }

  record Not(Lookup inner) implements Lookup {}

  /**
   * A text column compared with a folded text. For the comparisons of order the text holds no
   * character that the two databases sort differently.
   */
  record Text(String column, Operator operator, String key) implements Lookup {}

  /** A text column of at least this many characters, however they are counted. */
  record Long(String column, int least) implements Lookup {}

  /** EQ, NE, GT, GE, LT or LE. */
  record Number(String column, Operator operator, long value) implements Lookup {}

  record Flag(String column, boolean value) implements Lookup {}

  record Missing(String column) implements Lookup {}

  /** A row of another table that belongs to this one. */
  record Row(Table table, long attribute, Lookup inner) implements Lookup {
    Row(Table table, Lookup inner) {
      this(table, 0, inner);
    }
  }

  /** A live user or group whose id stands in this column. */
  record Names(String column, ResourceType type, Lookup inner) implements Lookup {}

  /** A user in a group for which the condition holds, directly or through groups in it. */
  record InGroup(Lookup group) implements Lookup {}

  /** The same, with all the groups found. */
  record InGroups(List<java.lang.Long> groups) implements Lookup {
    public InGroups {
      groups = List.copyOf(groups);
    }
  }

  /** Tables whose rows belong to a user or group. */
  enum Table {
    EMAIL,
    MEMBER,
    VALUE
  }

  static Lookup not(Lookup inner) {
    return inner instanceof Not twice ? twice.inner() : new Not(inner);
  }

  static Lookup both(Lookup one, Lookup other) {
    return new All(List.of(one, other));
  }

  static Lookup either(Lookup one, Lookup other) {
    return new Any(List.of(one, other));
  }

  /** Whether at most one live user or group of a directory can match. */
  default boolean unique() {
    return switch (this) {
      case All every -> every.all().stream().anyMatch(Lookup::unique);
      case Number number -> number.column().equals("id") && number.operator() == Operator.EQ;
      case Text text ->
          text.operator() == Operator.EQ && text.column().equals(TextColumn.USER_NAME.name());
      default -> false;
    };
  }

  /** Whether an index finds the rows without looking at most of the others. */
  default boolean selective() {
    return switch (this) {
      case All every -> every.all().stream().anyMatch(Lookup::selective);
      case Any some -> some.any().stream().allMatch(Lookup::selective);
      case Text text -> !List.of(Operator.NE, Operator.CO, Operator.EW).contains(text.operator());
      case Number number -> number.operator() == Operator.EQ;
      case Names names -> names.inner().selective();
      default -> false;
    };
  }
}
