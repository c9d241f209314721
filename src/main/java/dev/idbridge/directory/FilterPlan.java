package dev.idbridge.directory;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Filter.Compare;
import dev.idbridge.model.Filter.Operator;
import dev.idbridge.model.Ids;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.Timestamps;
import dev.idbridge.model.filter.FilterEvaluator;
import dev.idbridge.model.filter.Place;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a filter on one type of resource into what the tables can answer of it. What they say is
 * what {@link FilterEvaluator} says of the whole resource: exactly, or for at least the resources
 * that match. Pure.
 */
final class FilterPlan {
  private final ResourceSchema schema;
  private final FilterEvaluator evaluator;
  private final ValueIndex values;

  FilterPlan(ResourceSchema schema, FilterEvaluator evaluator, ValueIndex values) {
    this.schema = schema;
    this.evaluator = evaluator;
    this.values = values;
  }

  /** Carries a refusal out of the recursion over a filter. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ChangeRefused refusal;
    private final boolean late;

    Refused(Reason reason, String detail) {
      this(reason, detail, false);
    }

    /**
     * @param late whether nothing but time was too short
     */
    Refused(Reason reason, String detail, boolean late) {
      super(detail, null, false, false);
      this.refusal = new ChangeRefused(reason, detail);
      this.late = late;
    }

    boolean isLate() {
      return late;
    }

    ChangeRefused refusal() {
      return refusal;
    }
  }

  /**
   * @throws Refused for a condition on members or groups that cannot be answered at all
   */
  Bound of(Filter filter) {
    return Bound.of(filter, this::leaf);
  }

  private boolean users() {
    return schema.type() == ResourceType.USER;
  }

  private @Nullable Bound leaf(Filter leaf) {
    AttributePath path = path(leaf);
    if (path.schema() == null) {
      switch (path.name()) {
        case "id":
          return id(leaf, "id");
        case "meta":
          return meta(leaf, path);
        case "active":
          return users() ? active(leaf) : null;
        case "emails":
          return users() ? emails(leaf, path) : null;
        case "members":
          return users() ? null : related(leaf, path, this::member);
        case "groups":
          return users() ? related(leaf, path, this::group) : null;
        default:
          TextColumn column = column(path);
          if (column != null) {
            return text(leaf, column, schema, path);
          }
      }
    }
    return declared(leaf, path);
  }

  private static AttributePath path(Filter leaf) {
    return switch (leaf) {
      case Compare compare -> compare.path();
      case Filter.Present present -> present.path();
      case Filter.Element element -> element.path();
      default -> throw new IllegalArgumentException("no single condition: " + leaf);
    };
  }

  /** The column that holds a single-valued text, or null. */
  @Nullable TextColumn column(AttributePath path) {
    if (path.schema() != null) {
      return null;
    }
    return switch (path.sub() == null ? path.name() : path.name() + "." + path.sub()) {
      case "userName" -> users() ? TextColumn.USER_NAME : null;
      case "displayName" -> users() ? TextColumn.DISPLAY_NAME : TextColumn.GROUP_NAME;
      case "externalId" -> TextColumn.EXTERNAL_ID;
      case "name.familyName" -> users() ? TextColumn.FAMILY_NAME : null;
      case "name.givenName" -> users() ? TextColumn.GIVEN_NAME : null;
      default -> null;
    };
  }

  private @Nullable Bound text(
      Filter leaf, TextColumn column, ResourceSchema owner, AttributePath path) {
    return switch (leaf) {
      case Filter.Present present -> Bound.exact(Lookup.not(column.absent()));
      case Compare compare -> compared(compare, column, Place.of(owner, path).def());
      default -> null;
    };
  }

  private static @Nullable Bound compared(Compare compare, TextColumn column, AttributeDef def) {
    Object literal = compare.value();
    if (literal == null) {
      return column.compared(compare.operator(), null);
    }
    String key = ValueKey.of(def, literal);
    boolean part =
        switch (compare.operator()) {
          case CO, SW, EW -> true;
          default -> false;
        };
    return key == null || (part && !ValueKey.isText(def))
        ? null
        : column.compared(compare.operator(), key);
  }

  // An id is compared as text; whoever asks for more than equality gets a scan.
  private static @Nullable Bound id(Filter leaf, String column) {
    return switch (leaf) {
      case Filter.Present present -> Bound.exact(Lookup.EVERYTHING);
      case Compare compare
          when compare.operator() == Operator.EQ || compare.operator() == Operator.NE -> {
        boolean equal = compare.operator() == Operator.EQ;
        Object literal = compare.value();
        if (literal == null) {
          yield Bound.exact(equal ? Lookup.NOTHING : Lookup.EVERYTHING);
        }
        long id = Ids.parse(literal.toString()).orElse(0);
        yield Bound.exact(new Lookup.Number(column, compare.operator(), id));
      }
      default -> null;
    };
  }

  private static @Nullable Bound active(Filter leaf) {
    return switch (leaf) {
      case Filter.Present present -> Bound.exact(Lookup.EVERYTHING);
      case Compare compare -> {
        boolean equal = compare.operator() == Operator.EQ;
        yield compare.value() instanceof Boolean literal
            ? Bound.exact(new Lookup.Flag("active", literal == equal))
            : Bound.exact(equal ? Lookup.NOTHING : Lookup.EVERYTHING);
      }
      default -> null;
    };
  }

  private @Nullable Bound meta(Filter leaf, AttributePath path) {
    String column =
        switch (path.sub() == null ? "" : path.sub()) {
          case "created" -> "createdAt";
          case "lastModified" -> "modifiedAt";
          case "resourceType" -> "";
          default -> null;
        };
    if (leaf instanceof Filter.Present || column == null) {
      return leaf instanceof Filter.Present ? Bound.exact(Lookup.EVERYTHING) : null;
    }
    if (!(leaf instanceof Compare compare)) {
      return null;
    }
    if (column.isEmpty()) {
      Attributes meta = Attributes.NONE.with("resourceType", schema.type().word());
      AttributeDef def = Place.of(schema, AttributePath.core("meta")).attribute();
      Filter inner =
          new Compare(AttributePath.core("resourceType"), compare.operator(), compare.value());
      return Bound.exact(evaluator.element(inner, meta, def) ? Lookup.EVERYTHING : Lookup.NOTHING);
    }
    Object literal = compare.value();
    if (literal == null) {
      return Bound.exact(compare.operator() == Operator.NE ? Lookup.EVERYTHING : Lookup.NOTHING);
    }
    Instant moment = Timestamps.read(literal.toString());
    return moment == null ? null : moment(column, compare.operator(), moment);
  }

  // Rows keep milliseconds; a literal may be finer.
  private static @Nullable Bound moment(String column, Operator operator, Instant moment) {
    long millis;
    try {
      millis = moment.toEpochMilli();
    } catch (ArithmeticException beyond) {
      return null;
    }
    boolean whole = moment.getNano() % 1_000_000 == 0;
    return switch (operator) {
      case EQ -> Bound.exact(whole ? number(column, operator, millis) : Lookup.NOTHING);
      case NE -> Bound.exact(whole ? number(column, operator, millis) : Lookup.EVERYTHING);
      case GE -> Bound.exact(number(column, whole ? operator : Operator.GT, millis));
      case LT -> Bound.exact(number(column, whole ? operator : Operator.LE, millis));
      case GT, LE -> Bound.exact(number(column, operator, millis));
      case CO, SW, EW -> null;
    };
  }

  private static Lookup number(String column, Operator operator, long value) {
    return new Lookup.Number(column, operator, value);
  }

  private @Nullable Bound emails(Filter leaf, AttributePath path) {
    AttributeDef def = Place.of(schema, path).attribute();
    return elements(leaf, path, part -> email(part, def), Lookup.Table.EMAIL);
  }

  private static @Nullable Bound email(Filter leaf, AttributeDef emails) {
    String name = path(leaf).name();
    TextColumn column =
        switch (name) {
          case "value" -> TextColumn.EMAIL_VALUE;
          case "type" -> TextColumn.EMAIL_TYPE;
          default -> null;
        };
    AttributeDef def = emails.sub(name);
    if (column == null || def == null) {
      return null;
    }
    return leaf instanceof Compare compare
        ? compared(compare, column, def)
        : Bound.exact(Lookup.not(column.absent()));
  }

  /** A condition on a multi-valued attribute whose elements are rows. */
  private static @Nullable Bound elements(
      Filter leaf, AttributePath path, Bound.Leaves row, Lookup.Table table) {
    Lookup any = new Lookup.Row(table, Lookup.EVERYTHING);
    return switch (leaf) {
      case Filter.Present present -> {
        if (path.sub() == null) {
          yield Bound.exact(any);
        }
        Bound bound = row.apply(new Filter.Present(AttributePath.core(path.sub())));
        yield bound == null ? null : over(bound, table);
      }
      case Filter.Element element -> over(Bound.of(element.inner(), row), table);
      case Compare compare -> {
        String sub = path.sub() == null ? "value" : path.sub();
        Bound bound =
            row.apply(new Compare(AttributePath.core(sub), compare.operator(), compare.value()));
        if (bound == null) {
          yield null;
        }
        Bound over = over(bound, table);
        yield absentMatches(compare)
            ? new Bound(Lookup.either(Lookup.not(any), over.lookup()), over.exact(), null)
            : over;
      }
      default -> null;
    };
  }

  private static Bound over(Bound row, Lookup.Table table) {
    return new Bound(new Lookup.Row(table, row.lookup()), row.exact(), null);
  }

  /** Whether an unassigned attribute matches. */
  private static boolean absentMatches(Compare compare) {
    return compare.operator() == (compare.value() == null ? Operator.EQ : Operator.NE);
  }

  // Members and groups

  private interface Related extends Bound.Leaves {}

  private @Nullable Bound related(Filter leaf, AttributePath path, Related row) {
    Bound bound;
    if (schema.type() == ResourceType.GROUP) {
      bound = elements(leaf, path, row, Lookup.Table.MEMBER);
    } else {
      bound = groups(leaf, path, row);
    }
    if (bound == null || !bound.exact()) {
      throw new Refused(
          Reason.INVALID_FILTER,
          path.name()
              + (users()
                  ? " can be filtered by value (an id) with eq and by display"
                  : " can be filtered by value (an id) with eq, by type and by display"));
    }
    return bound;
  }

  private @Nullable Bound groups(Filter leaf, AttributePath path, Related row) {
    return switch (leaf) {
      case Filter.Present present -> Bound.exact(new Lookup.InGroup(Lookup.EVERYTHING));
      case Filter.Element element -> in(Bound.of(element.inner(), row));
      case Compare compare -> {
        String sub = path.sub() == null ? "value" : path.sub();
        Bound bound =
            row.apply(new Compare(AttributePath.core(sub), compare.operator(), compare.value()));
        if (bound == null) {
          yield null;
        }
        yield absentMatches(compare)
            ? new Bound(
                Lookup.either(
                    Lookup.not(new Lookup.InGroup(Lookup.EVERYTHING)), in(bound).lookup()),
                bound.exact(),
                null)
            : in(bound);
      }
      default -> null;
    };
  }

  private static Bound in(Bound group) {
    return new Bound(new Lookup.InGroup(group.lookup()), group.exact(), null);
  }

  private @Nullable Bound group(Filter leaf) {
    return switch (path(leaf).name()) {
      case "value" -> id(leaf, "id");
      case "display" -> display(leaf, TextColumn.GROUP_NAME);
      default -> null;
    };
  }

  private @Nullable Bound member(Filter leaf) {
    return switch (path(leaf).name()) {
      case "value" -> id(leaf, "memberId");
      case "type" -> memberType(leaf);
      case "display" -> {
        Bound user = display(leaf, TextColumn.USER_NAME);
        Bound group = display(leaf, TextColumn.GROUP_NAME);
        yield user == null || group == null
            ? null
            : new Bound(
                Lookup.either(
                    new Lookup.Names("memberId", ResourceType.USER, user.lookup()),
                    new Lookup.Names("memberId", ResourceType.GROUP, group.lookup())),
                user.exact() && group.exact(),
                null);
      }
      default -> null;
    };
  }

  private @Nullable Bound display(Filter leaf, TextColumn column) {
    AttributeDef def = sub("display");
    if (def == null) {
      return null;
    }
    return leaf instanceof Compare compare
        ? compared(compare, column, def)
        : Bound.exact(Lookup.EVERYTHING);
  }

  private @Nullable AttributeDef sub(String name) {
    AttributeDef attribute = schema.attribute(users() ? "groups" : "members");
    return attribute == null ? null : attribute.sub(name);
  }

  private @Nullable Bound memberType(Filter leaf) {
    AttributeDef members = schema.attribute("members");
    if (members == null) {
      return null;
    }
    List<Lookup> words = new ArrayList<>();
    for (ResourceType type : ResourceType.values()) {
      if (evaluator.element(leaf, Attributes.NONE.with("type", type.word()), members)) {
        words.add(new Lookup.Text("memberType", Operator.EQ, type.word()));
      }
    }
    return Bound.exact(new Lookup.Any(words));
  }

  // Attributes declared filterable

  private @Nullable Bound declared(Filter leaf, AttributePath path) {
    if (leaf instanceof Filter.Element element) {
      Bound bound = Bound.of(element.inner(), part -> declaredPart(part, path));
      return bound.lookup().equals(Lookup.EVERYTHING) ? null : Bound.atLeast(bound.lookup());
    }
    long attribute = values.answering(schema.type(), path);
    if (attribute == 0) {
      return null;
    }
    Lookup any = new Lookup.Row(Lookup.Table.VALUE, attribute, Lookup.EVERYTHING);
    if (leaf instanceof Filter.Present) {
      return Bound.exact(
          new Lookup.Row(Lookup.Table.VALUE, attribute, Lookup.not(TextColumn.VALUE.absent())));
    }
    if (!(leaf instanceof Compare compare)) {
      return null;
    }
    Place place = Place.of(schema, path);
    if (place.def().type() == AttributeDef.Type.BOOLEAN && place.attribute().multiValued()) {
      return null; // an element that leaves it out is false, and present it is not
    }
    Bound row = compared(compare, TextColumn.VALUE, place.def());
    if (row == null) {
      return null;
    }
    Lookup found = new Lookup.Row(Lookup.Table.VALUE, attribute, row.lookup());
    return new Bound(
        absentMatches(compare) ? Lookup.either(Lookup.not(any), found) : found, row.exact(), null);
  }

  /** Some element has that part: true of every element that matches, if not the other way round. */
  private @Nullable Bound declaredPart(Filter leaf, AttributePath element) {
    AttributePath whole =
        new AttributePath(element.schema(), element.name(), null, path(leaf).name());
    long attribute = values.answering(schema.type(), whole);
    if (attribute == 0 || !(leaf instanceof Compare compare)) {
      return null;
    }
    AttributeDef def = Place.of(schema, whole).def();
    Bound row =
        def.type() == AttributeDef.Type.BOOLEAN ? null : compared(compare, TextColumn.VALUE, def);
    return row == null
        ? null
        : Bound.atLeast(new Lookup.Row(Lookup.Table.VALUE, attribute, row.lookup()));
  }
}
