package dev.idbridge.expression;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One expression, checked and ready. Two are equal when they read and mean the same. Thread-safe.
 */
public final class Expression {
  /** What an expression may speak of. */
  public enum Sees {
    USER,
    GROUP,
    USER_AND_GROUP
  }

  /** What an expression must give. */
  public enum Gives {
    /** True or false. */
    CONDITION,
    /** A text, a truth value, a whole number or a list of texts. */
    VALUE
  }

  /** The most characters of a text, and of all texts of a list together. */
  static final int MOST_TEXT = 16_384;

  private static final int MOST_ELEMENTS = 1_000;
  private static final int MOST_REASON = 300;

  private final String source;
  private final Sees sees;
  private final Gives gives;
  private final Vocabulary words;
  private final CelRuntime.Program program;

  Expression(String source, Sees sees, Gives gives, Vocabulary words, CelRuntime.Program program) {
    this.source = source;
    this.sees = sees;
    this.gives = gives;
    this.words = words;
    this.program = program;
  }

  public String source() {
    return source;
  }

  /** Whether the condition holds. */
  public boolean test(Subject subject) throws EvaluationFailed {
    if (evaluate(subject) instanceof Boolean holds) {
      return holds;
    }
    throw new EvaluationFailed(source, "it gives neither true nor false");
  }

  /**
   * The value: a {@code String}, a {@code Boolean}, a {@code Long} or a {@code List} of strings;
   * null when the expression gives null.
   */
  public @Nullable Object value(Subject subject) throws EvaluationFailed {
    return value(evaluate(subject));
  }

  private @Nullable Object value(@Nullable Object result) throws EvaluationFailed {
    return switch (result) {
      case null -> null;
      case dev.cel.common.values.NullValue nothing -> null;
      case String text -> bounded(text);
      case Boolean flag -> flag;
      case Long number -> number;
      case List<?> list -> texts(list);
      default ->
          throw new EvaluationFailed(
              source, "it gives neither a text, a truth value, a whole number nor a list of texts");
    };
  }

  private List<String> texts(List<?> list) throws EvaluationFailed {
    if (list.size() > MOST_ELEMENTS) {
      throw new EvaluationFailed(source, "it gives more than " + MOST_ELEMENTS + " elements");
    }
    List<String> texts = new ArrayList<>();
    int length = 0;
    for (Object element : list) {
      if (!(element instanceof String text)) {
        throw new EvaluationFailed(source, "it gives a list of something else than texts");
      }
      length += bounded(text).length();
      if (length > MOST_TEXT) {
        throw new EvaluationFailed(source, "it gives more than " + MOST_TEXT + " characters");
      }
      texts.add(text);
    }
    return texts;
  }

  private String bounded(String text) throws EvaluationFailed {
    if (text.length() > MOST_TEXT) {
      throw new EvaluationFailed(source, "it gives more than " + MOST_TEXT + " characters");
    }
    return text;
  }

  private @Nullable Object evaluate(Subject subject) throws EvaluationFailed {
    Map<String, Object> variables = new HashMap<>();
    if (sees != Sees.GROUP && subject.user() != null) {
      words.user(subject.user(), variables);
    }
    if (sees != Sees.USER && subject.group() != null) {
      words.group(subject.group(), variables);
    }
    try {
      return program.eval(variables);
    } catch (CelEvaluationException | RuntimeException e) {
      throw new EvaluationFailed(source, why(e));
    }
  }

  /** The innermost reason: the library's own text quotes what functions were called with. */
  private static String why(Throwable failure) {
    Throwable inner = failure;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    String text =
        String.valueOf(inner.getMessage())
            .replaceFirst("^evaluation error[^:]*(:\\d+)?: ", "")
            .replaceFirst("failed with arg\\(s\\).*", "failed");
    return text.length() > MOST_REASON ? text.substring(0, MOST_REASON) + "..." : text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Expression e
        && e.source.equals(source)
        && e.sees == sees
        && e.gives == gives;
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  /** The source. */
  @Override
  public String toString() {
    return source;
  }
}
