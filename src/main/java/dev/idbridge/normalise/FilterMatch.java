package dev.idbridge.normalise;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.Filter;
import dev.idbridge.model.filter.FilterEvaluator;
import dev.idbridge.model.schema.AttributeDef;
import java.util.Locale;

/**
 * Whether an element of a complex attribute matches a filter that was read for that attribute. Case
 * counts where the schema says so; dates compare as instants; an unassigned boolean is false.
 */
final class FilterMatch {
  private static final FilterEvaluator EVALUATOR =
      new FilterEvaluator(text -> text.toLowerCase(Locale.ROOT));

  private FilterMatch() {}

  static boolean test(Filter filter, Attributes element, AttributeDef attribute) {
    return EVALUATOR.element(filter, element, attribute);
  }

  static String folded(Object value, AttributeDef def) {
    return EVALUATOR.folded(value, def);
  }
}
