package dev.idbridge.normalise;

import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.filters.Filter;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The grammar of filters (RFC 7644 section 3.4.2.2), bounded, with the one form that clients send
 * beyond it: {@code attr[F].sub op value}, which reads as {@code attr[(F) and sub op value]}.
 */
final class FilterSyntax {
  /** Longest filter read, in characters. */
  static final int MAX_LENGTH = 8 * 1024;

  /** Deepest nesting of parentheses and brackets read. */
  static final int MAX_DEPTH = 50;

  private FilterSyntax() {}

  static Filter parse(String text) throws ChangeRefused {
    if (text.length() > MAX_LENGTH) {
      throw refused(
          "the filter has %d characters; at most %d are read".formatted(text.length(), MAX_LENGTH));
    }
    String plain = withinBounds(text);
    try {
      return Filter.fromString(plain);
    } catch (BadRequestException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw refused("the filter cannot be read: " + shortened(why));
    } catch (RuntimeException e) {
      throw refused("the filter cannot be read");
    }
  }

  static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  static ChangeRefused refused(String detail) {
    return new ChangeRefused(Reason.INVALID_FILTER, detail);
  }

  /** The text in plain grammar; refuses nesting that is too deep before anything recurses. */
  private static String withinBounds(String text) throws ChangeRefused {
    StringBuilder out = new StringBuilder(text.length() + 16);
    Deque<Integer> brackets = new ArrayDeque<>();
    int depth = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        int end = afterQuoted(text, at);
        out.append(text, at, end);
        at = end;
        continue;
      }
      if (c == '(' || c == '[') {
        depth++;
        if (depth > MAX_DEPTH) {
          throw refused("the filter nests deeper than " + MAX_DEPTH + " levels");
        }
      } else if ((c == ')' || c == ']') && --depth < 0) {
        throw refused("the filter closes '" + c + "' that it never opened");
      }
      if (c == '[') {
        brackets.push(out.length() + 1);
      } else if (c == ']' && !brackets.isEmpty()) {
        int open = brackets.pop();
        int end = afterTrailingComparison(text, at + 1);
        if (end > at + 1) {
          out.insert(open, '(').append(") and ").append(text, at + 2, end).append(']');
          at = end;
          continue;
        }
      }
      out.append(c);
      at++;
    }
    if (depth != 0) {
      throw refused("the filter leaves a parenthesis or bracket open");
    }
    return out.toString();
  }

  /** Where {@code .sub op value} ends that starts here, or {@code from} when none does. */
  private static int afterTrailingComparison(String text, int from) {
    if (from >= text.length() || text.charAt(from) != '.') {
      return from;
    }
    int sub = afterWord(text, from + 1);
    int operator = afterSpaces(text, sub);
    int afterOperator = afterWord(text, operator);
    if (sub == from + 1 || operator == sub || afterOperator == operator) {
      return from;
    }
    if (text.substring(operator, afterOperator).equalsIgnoreCase("pr")) {
      return afterOperator;
    }
    int value = afterSpaces(text, afterOperator);
    if (value >= text.length()) {
      return from;
    }
    return text.charAt(value) == '"' ? afterQuoted(text, value) : afterWord(text, value);
  }

  private static int afterQuoted(String text, int quote) {
    int at = quote + 1;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(at + 1, text.length());
  }

  private static int afterSpaces(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  private static int afterWord(String text, int from) {
    int at = from;
    while (at < text.length() && " ()[]".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }
}
