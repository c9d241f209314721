package dev.idbridge.dialogue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values by name; {@code ${name}} in a text stands for one. */
final class Variables {
  private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z0-9_-]+)}");

  private final Map<String, String> values;

  Variables(Map<String, String> known) {
    this.values = new LinkedHashMap<>(known);
  }

  Map<String, String> all() {
    return values;
  }

  /**
   * The text with every value in its place.
   *
   * @throws IllegalArgumentException naming one that is not known
   */
  String filled(String text) {
    return NAME.matcher(text)
        .replaceAll(
            found -> {
              String value = values.get(found.group(1));
              if (value == null) {
                throw new IllegalArgumentException("nothing is known as " + found.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /**
   * Whether a text is as the pattern says; unknown names in the pattern take what stands in their
   * place.
   */
  boolean matches(String pattern, String text) {
    StringBuilder expression = new StringBuilder();
    Map<String, String> fresh = new LinkedHashMap<>();
    Matcher names = NAME.matcher(pattern);
    int from = 0;
    while (names.find()) {
      expression.append(glob(pattern.substring(from, names.start())));
      String value = values.get(names.group(1));
      if (value != null) {
        expression.append(Pattern.quote(value));
      } else {
        expression.append("(.+?)");
        fresh.put(names.group(1), "");
      }
      from = names.end();
    }
    expression.append(glob(pattern.substring(from)));
    Matcher matcher = Pattern.compile(expression.toString(), Pattern.DOTALL).matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int group = 1;
    for (String name : fresh.keySet()) {
      values.put(name, matcher.group(group++));
    }
    return true;
  }

  private static String glob(String text) {
    StringBuilder expression = new StringBuilder();
    String[] parts = text.split("\\*", -1);
    for (int i = 0; i < parts.length; i++) {
      expression.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
    }
    return expression.toString();
  }
}
