package dev.idbridge.directory;

import dev.idbridge.model.Filter;
import dev.idbridge.model.Resource;
import dev.idbridge.model.filter.FilterEvaluator;
import dev.idbridge.model.filter.Place;
import dev.idbridge.model.schema.ResourceSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a filter, asked of resources page by page. What stands in other tables (members and
 * groups) is asked of these once for a whole page.
 */
final class Matches {
  private final ResourceSchema schema;
  private final Filter rest;
  private final FilterEvaluator evaluator;
  private final Map<Filter, Lookup> elsewhere = new HashMap<>();

  /**
   * @param resolved completes a look-up with what has to be read first
   */
  Matches(
      ResourceSchema schema,
      Filter rest,
      FilterPlan plan,
      FilterEvaluator evaluator,
      UnaryOperator<Lookup> resolved) {
    this.schema = schema;
    this.rest = rest;
    this.evaluator = evaluator;
    collect(rest, plan, resolved);
  }

  private void collect(Filter filter, FilterPlan plan, UnaryOperator<Lookup> resolved) {
    switch (filter) {
      case Filter.And and -> and.all().forEach(part -> collect(part, plan, resolved));
      case Filter.Or or -> or.any().forEach(part -> collect(part, plan, resolved));
      case Filter.Not not -> collect(not.inner(), plan, resolved);
      case Filter.Compare leaf -> leaf(leaf, Place.of(schema, leaf.path()), plan, resolved);
      case Filter.Present leaf -> leaf(leaf, Place.of(schema, leaf.path()), plan, resolved);
      case Filter.Element leaf -> leaf(leaf, Place.of(schema, leaf.path()), plan, resolved);
    }
  }

  private void leaf(Filter leaf, Place place, FilterPlan plan, UnaryOperator<Lookup> resolved) {
    if (place.elsewhere() && !elsewhere.containsKey(leaf)) {
      elsewhere.put(leaf, resolved.apply(plan.of(leaf).lookup()));
    }
  }

  /** Those that match, in the same order. */
  List<Resource> of(List<Resource> page, Rows rows) {
    if (page.isEmpty()) {
      return page;
    }
    Map<Filter, Set<Long>> holds = new HashMap<>();
    List<Long> ids = page.stream().map(Resource::id).toList();
    elsewhere.forEach((leaf, lookup) -> holds.put(leaf, rows.among(schema.type(), ids, lookup)));
    List<Resource> matching = new ArrayList<>();
    for (Resource resource : page) {
      if (evaluator.resource(
          rest,
          resource,
          schema,
          leaf -> holds.getOrDefault(leaf, Set.of()).contains(resource.id()))) {
        matching.add(resource);
      }
    }
    return matching;
  }

  /** Of a run; null when its look-up says it all. */
  static @Nullable Matches of(
      Run run,
      ResourceSchema schema,
      FilterPlan plan,
      FilterEvaluator evaluator,
      UnaryOperator<Lookup> resolved) {
    return run.rest() == null ? null : new Matches(schema, run.rest(), plan, evaluator, resolved);
  }
}
