package dev.idbridge.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The e-mail addresses of a user (RFC 7643 section 4.1.2). */
public final class Emails {
  private Emails() {}

  /** Primary first, then work, then the rest as sent; no address twice, none blank. */
  public static List<String> ordered(Attributes user) {
    List<Attributes> elements = new ArrayList<>();
    for (Object element : user.list("emails")) {
      if (element instanceof Attributes email && email.string("value") != null) {
        elements.add(email);
      }
    }
    Set<String> ordered = new LinkedHashSet<>();
    elements.stream().filter(e -> e.flag("primary", false)).forEach(e -> add(ordered, e));
    elements.stream()
        .filter(e -> "work".equalsIgnoreCase(e.string("type")))
        .forEach(e -> add(ordered, e));
    elements.forEach(e -> add(ordered, e));
    return List.copyOf(ordered);
  }

  /** The first of these, or an empty text. */
  public static String first(Attributes user) {
    List<String> all = ordered(user);
    return all.isEmpty() ? "" : all.getFirst();
  }

  private static void add(Set<String> ordered, Attributes email) {
    String value = email.string("value");
    if (value != null && !value.isBlank()) {
      ordered.add(value);
    }
  }
}
