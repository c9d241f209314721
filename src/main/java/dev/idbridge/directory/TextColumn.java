package dev.idbridge.directory;

import dev.idbridge.model.Filter.Operator;
import org.jspecify.annotations.Nullable;

/**
 * A column with an indexed text, and how a comparison of the whole value is answered by it.
 *
 * @param name of the entity's field
 * @param nullable whether it may hold no value
 * @param most characters it holds of a longer value; 0: never cut
 */
record TextColumn(String name, boolean nullable, int most) {
  /** Characters kept of values without a bound of their own. */
  static final int CUT = 256;

  static final TextColumn USER_NAME = new TextColumn("userNameKey", false, 0);
  static final TextColumn GROUP_NAME = new TextColumn("displayNameKey", false, 0);
  static final TextColumn EXTERNAL_ID = new TextColumn("externalId", true, 0);
  static final TextColumn DISPLAY_NAME = new TextColumn("displayNameKey", true, CUT);
  static final TextColumn FAMILY_NAME = new TextColumn("familyNameKey", true, CUT);
  static final TextColumn GIVEN_NAME = new TextColumn("givenNameKey", true, CUT);
  static final TextColumn EMAIL_VALUE = new TextColumn("valueKey", true, 0);
  static final TextColumn EMAIL_TYPE = new TextColumn("typeKey", true, EmailRows.LONGEST_TYPE);
  static final TextColumn VALUE = new TextColumn("valueKey", true, CUT);

  /** From here on, UTF-16 (in which H2 sorts) and UTF-8 (MariaDB) differ in order. */
  private static final char SORTED_ALIKE = '\uD7FF';

  /** What the column keeps of a text; never half a character. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  /** As a condition: exactly the rows that match, or at least those. Null: no bound. */
  @Nullable Bound compared(Operator operator, @Nullable String key) {
    if (key == null) {
      return switch (operator) {
        case EQ -> Bound.exact(missing());
        case NE -> Bound.exact(Lookup.not(missing()));
        default -> Bound.exact(Lookup.NOTHING);
      };
    }
    boolean cut = most > 0;
    if (cut && key.length() >= most - 1) {
      return null;
    }
    return switch (operator) {
      case EQ, NE -> Bound.exact(new Lookup.Text(name, operator, key));
      case GT, GE, LT, LE ->
          sortedAlike(key) ? Bound.exact(new Lookup.Text(name, operator, key)) : null;
      case SW -> {
        if (key.isEmpty()) {
          yield Bound.exact(Lookup.not(missing()));
        }
        yield sortedAlike(key) ? Bound.exact(new Lookup.Text(name, operator, key)) : null;
      }
      case CO, EW -> {
        if (key.isEmpty()) {
          yield Bound.exact(Lookup.not(missing()));
        }
        Lookup found = new Lookup.Text(name, operator, key);
        yield cut
            ? Bound.atLeast(Lookup.either(found, new Lookup.Long(name, most / 2 - 1)))
            : Bound.exact(found);
      }
    };
  }

  /** No value, or an empty one. */
  Lookup absent() {
    Lookup empty = new Lookup.Text(name, Operator.EQ, "");
    return nullable ? Lookup.either(missing(), empty) : empty;
  }

  private Lookup missing() {
    return nullable ? new Lookup.Missing(name) : Lookup.NOTHING;
  }

  private static boolean sortedAlike(String key) {
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) >= SORTED_ALIKE) {
        return false;
      }
    }
    return true;
  }

  /** The least text that is beyond every text that begins with this one. */
  static String beyond(String prefix) {
    int last = prefix.length() - 1;
    return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
  }
}
