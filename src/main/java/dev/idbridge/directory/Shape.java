package dev.idbridge.directory;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the directory asks of a resource's attributes before it stores them. Pure. */
final class Shape {
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_EXTERNAL_ID = 512;
  private static final int LONGEST_TEXT = 1_000_000;

  /** Never stored: the password, and what is kept elsewhere. */
  private static final List<String> DROPPED =
      List.of("password", "id", "meta", "groups", "members", "schemas");

  private Shape() {}

  static Attributes cleaned(Attributes attributes) {
    Attributes kept = attributes;
    for (String name : DROPPED) {
      kept = kept.without(name);
    }
    return kept;
  }

  /** The attributes as they are stored, with {@code active} said for users. */
  static Attributes user(Attributes attributes, boolean activeOtherwise) throws ChangeRefused {
    Object active = attributes.get("active");
    if (active != null && !(active instanceof Boolean)) {
      throw invalid("active is neither true nor false; send a JSON boolean");
    }
    Attributes full = active == null ? attributes.with("active", activeOtherwise) : attributes;
    check(ResourceType.USER, full);
    for (EmailRows.Email email : EmailRows.of(full)) {
      String value = email.value();
      if (value != null && value.length() > NameKey.MOST) {
        throw invalid("an e-mail address is longer than " + NameKey.MOST + " characters");
      }
    }
    return full;
  }

  static Attributes group(Attributes attributes) throws ChangeRefused {
    check(ResourceType.GROUP, attributes);
    return attributes;
  }

  private static void check(ResourceType type, Attributes attributes) throws ChangeRefused {
    String attribute = Held.nameAttribute(type);
    String name = attributes.string(attribute);
    if (name == null || name.isBlank()) {
      throw invalid(
          attribute + " is required of a " + type.word() + " and must not be blank; send one");
    }
    if (name.length() > LONGEST_NAME || NameKey.of(name).length() > NameKey.MOST) {
      throw invalid(attribute + " is longer than " + LONGEST_NAME + " characters; shorten it");
    }
    Object externalId = attributes.get("externalId");
    if (externalId != null
        && (!(externalId instanceof String text) || text.length() > LONGEST_EXTERNAL_ID)) {
      throw invalid(
          "externalId must be a string of at most " + LONGEST_EXTERNAL_ID + " characters");
    }
    if (AttributeJson.write(attributes).length() > LONGEST_TEXT) {
      throw invalid("the resource holds more than " + LONGEST_TEXT + " characters in all");
    }
  }

  /** Names of the top-level attributes that differ. */
  static Set<String> changed(Attributes before, Attributes after) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : before.names()) {
      if (!java.util.Objects.equals(before.get(name), after.get(name))) {
        names.add(name);
      }
    }
    for (String name : after.names()) {
      if (before.get(name) == null) {
        names.add(name);
      }
    }
    return names;
  }

  /** For the change record. */
  static String detail(Set<String> changed, int added, int removed) {
    List<String> parts = new ArrayList<>();
    if (!changed.isEmpty()) {
      parts.add("attributes=" + String.join(",", changed));
    }
    if (added > 0 || removed > 0) {
      parts.add("members=+" + added + "-" + removed);
    }
    return String.join(" ", parts);
  }

  private static ChangeRefused invalid(String detail) {
    return new ChangeRefused(Reason.INVALID_VALUE, detail);
  }
}
