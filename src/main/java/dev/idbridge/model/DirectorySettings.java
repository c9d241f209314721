package dev.idbridge.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one directory reads what its identity provider sends. Null stands for {@code auto}: what the
 * dialect and the strictness say.
 *
 * @param pinned the dialect an administrator chose
 * @param recognised the dialect heard in requests so far; never set by hand
 * @param strict whether requests are held to the RFCs: known attributes, exact types and spellings,
 *     existing members, no value created by a filter
 * @param removeAll what becomes of a removal of {@code members} that names none
 * @param unknown what becomes of attributes that no schema knows
 * @param refusesForeignEmails whether an e-mail address that a user of another directory has is
 *     refused
 */
public record DirectorySettings(
    @Nullable Dialect pinned,
    @Nullable Dialect recognised,
    boolean strict,
    @Nullable RemoveAll removeAll,
    @Nullable Unknown unknown,
    boolean refusesForeignEmails) {

  /** All addresses are taken. */
  public DirectorySettings(
      @Nullable Dialect pinned,
      @Nullable Dialect recognised,
      boolean strict,
      @Nullable RemoveAll removeAll,
      @Nullable Unknown unknown) {
    this(pinned, recognised, strict, removeAll, unknown, false);
  }

  /** What a directory is made with: lenient, everything else by its dialect. */
  public static final DirectorySettings DEFAULT =
      new DirectorySettings(null, null, false, null, null);

  private static final String AUTO = "auto";
  private static final String STRICT = "strict";
  private static final String LENIENT = "lenient";
  private static final String ALLOW = "allow";
  private static final String REFUSE = "refuse";

  /** A removal of {@code members} without a value. */
  public enum RemoveAll {
    /** The group is emptied (RFC 7644 section 3.5.2.2). */
    HONOUR,
    /** 400. */
    REFUSE;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Attributes that no schema knows. */
  public enum Unknown {
    /** Left out, and named in the sync log. */
    IGNORE,
    /** Stored and returned as they came. */
    KEEP,
    /** 400. */
    REFUSE;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** The dialect that counts: pinned, else recognised, else the RFCs'. */
  public Dialect dialect() {
    return pinned != null ? pinned : recognised != null ? recognised : Dialect.RFC;
  }

  public boolean honoursRemoveAll() {
    return removeAll == null ? dialect().meansToRemoveAll() : removeAll == RemoveAll.HONOUR;
  }

  public Unknown unknownAttributes() {
    return unknown != null ? unknown : strict ? Unknown.REFUSE : Unknown.IGNORE;
  }

  public DirectorySettings heard(Dialect dialect) {
    return new DirectorySettings(pinned, dialect, strict, removeAll, unknown, refusesForeignEmails);
  }

  /** Every setting that can be set, with its value as it is written. */
  public Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("dialect", pinned == null ? AUTO : pinned.word());
    words.put("strictness", strict ? STRICT : LENIENT);
    words.put("remove-all-members", removeAll == null ? AUTO : removeAll.word());
    words.put("unknown-attributes", unknown == null ? AUTO : unknown.word());
    words.put("foreign-emails", refusesForeignEmails ? REFUSE : ALLOW);
    return words;
  }

  /**
   * The same settings with one changed.
   *
   * @throws IllegalArgumentException saying which keys or values there are
   */
  public DirectorySettings with(String key, String value) {
    return switch (key) {
      case "dialect" ->
          new DirectorySettings(
              value.equals(AUTO) ? null : chosen(key, value, Dialect.of(value), Dialect.words()),
              recognised,
              strict,
              removeAll,
              unknown,
              refusesForeignEmails);
      case "strictness" -> {
        if (!value.equals(STRICT) && !value.equals(LENIENT)) {
          throw wrong(key, value, List.of(LENIENT, STRICT));
        }
        yield new DirectorySettings(
            pinned, recognised, value.equals(STRICT), removeAll, unknown, refusesForeignEmails);
      }
      case "remove-all-members" ->
          new DirectorySettings(
              pinned,
              recognised,
              strict,
              value.equals(AUTO)
                  ? null
                  : chosen(
                      key,
                      value,
                      Arrays.stream(RemoveAll.values())
                          .filter(r -> r.word().equals(value))
                          .findFirst(),
                      Arrays.stream(RemoveAll.values()).map(RemoveAll::word).toList()),
              unknown,
              refusesForeignEmails);
      case "unknown-attributes" ->
          new DirectorySettings(
              pinned,
              recognised,
              strict,
              removeAll,
              value.equals(AUTO)
                  ? null
                  : chosen(
                      key,
                      value,
                      Arrays.stream(Unknown.values())
                          .filter(u -> u.word().equals(value))
                          .findFirst(),
                      Arrays.stream(Unknown.values()).map(Unknown::word).toList()),
              refusesForeignEmails);
      case "foreign-emails" -> {
        if (!value.equals(ALLOW) && !value.equals(REFUSE)) {
          throw wrong(key, value, List.of(ALLOW, REFUSE));
        }
        yield new DirectorySettings(
            pinned, recognised, strict, removeAll, unknown, value.equals(REFUSE));
      }
      default ->
          throw new IllegalArgumentException(
              "'" + key + "' is no setting of a directory; there is " + listed(words().keySet()));
    };
  }

  private static <T> T chosen(String key, String value, Optional<T> found, List<String> others) {
    if (found.isEmpty()) {
      List<String> all = new java.util.ArrayList<>(List.of(AUTO));
      all.addAll(others);
      throw wrong(key, value, all);
    }
    return found.get();
  }

  private static IllegalArgumentException wrong(String key, String value, List<String> words) {
    return new IllegalArgumentException(
        key + " is '" + value + "', must be one of " + listed(words));
  }

  private static String listed(java.util.Collection<String> words) {
    return String.join(", ", words);
  }
}
