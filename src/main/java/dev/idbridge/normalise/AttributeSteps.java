package dev.idbridge.normalise;

import dev.idbridge.model.AttributePatch;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.schema.AttributeDef;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The compiled forms of PATCH steps on one attribute; every value in them is typed already. */
final class AttributeSteps {
  private final Target.Attribute target;
  private final AttributeDef def;
  private final String name;
  private final boolean strict;
  private final Work work;

  /**
   * @param strict whether elements that are not there are made by no filter
   */
  AttributeSteps(Target.Attribute target, boolean strict, Work work) {
    this.target = target;
    this.strict = strict;
    this.work = work;
    this.def = target.def();
    this.name = def.name();
  }

  /** Gives the attribute this value; null unassigns it. */
  AttributePatch put(@Nullable Object value) {
    return in(container -> container.with(name, value));
  }

  /** Changes only the sub-attributes given and those to be cleared (RFC 7644 section 3.5.2.3). */
  AttributePatch merge(Attributes given, List<String> cleared) {
    return in(
        container -> {
          Attributes complex = container.complex(name);
          for (String sub : cleared) {
            complex = complex.without(sub);
          }
          for (String sub : given.names()) {
            complex = complex.with(sub, given.get(sub));
          }
          return container.with(name, complex);
        });
  }

  /** Sets or, with null, unassigns one sub-attribute of a single complex value. */
  AttributePatch putSub(AttributeDef sub, @Nullable Object value) {
    return in(container -> container.with(name, container.complex(name).with(sub.name(), value)));
  }

  AttributePatch append(List<?> given) {
    return run(new ElementRun.Change.Append(given));
  }

  AttributePatch removeValues(List<?> given) {
    return run(new ElementRun.Change.Remove(given));
  }

  AttributePatch removeElements(Filter filter) {
    return elements(elements -> elements.removeMatching(filter));
  }

  AttributePatch removeSubs(@Nullable Filter filter, AttributeDef sub) {
    return elements(elements -> elements.removeSub(filter, sub));
  }

  /**
   * Sets a sub-attribute of the elements chosen. When there is none, the element the filter
   * describes is made: Entra ID has no other way to create a typed value.
   */
  AttributePatch putSubs(@Nullable Filter filter, AttributeDef sub, Object value) {
    Attributes described = filter == null ? Attributes.NONE : Elements.described(filter);
    return elements(
        elements -> {
          if (!elements.setSub(filter, sub, value)) {
            Attributes made = orNoTarget(described).with(sub.name(), value);
            if (!ValueReader.hollow(made)) {
              elements.add(made);
            }
          }
        });
  }

  /** Replaces the elements chosen: what the filter says of them stays true unless given anew. */
  AttributePatch replaceElements(Filter filter, Attributes given) {
    Attributes described = Elements.described(filter);
    Attributes whole = over(described == null ? Attributes.NONE : described, given);
    return elements(
        elements -> {
          if (!elements.setMatching(filter, whole, false)) {
            throw noTarget();
          }
        });
  }

  /**
   * Adds to the elements chosen, or makes the element the filter describes.
   *
   * @param cleared sub-attributes that are unassigned in the elements chosen
   */
  AttributePatch mergeElements(Filter filter, Attributes given, List<String> cleared) {
    Attributes described = Elements.described(filter);
    return elements(
        elements -> {
          for (String sub : cleared) {
            AttributeDef named = def.sub(sub);
            if (named != null) {
              elements.removeSub(filter, named);
            }
          }
          if (!given.isEmpty() && !elements.setMatching(filter, given, true)) {
            Attributes made = over(orNoTarget(described), given);
            if (!ValueReader.hollow(made)) {
              elements.add(made);
            }
          }
        });
  }

  private static Attributes over(Attributes base, Attributes given) {
    Attributes result = base;
    for (String sub : given.names()) {
      result = result.with(sub, given.get(sub));
    }
    return result;
  }

  private Attributes orNoTarget(@Nullable Attributes described) throws ChangeRefused {
    if (described == null || (strict && target.element() != null)) {
      throw noTarget();
    }
    return described;
  }

  private ChangeRefused noTarget() {
    return new ChangeRefused(
        Reason.NO_TARGET, "no element of the resource matches '%s'".formatted(target.label()));
  }

  private AttributePatch elements(ElementRun.Change.Each change) {
    return run(change);
  }

  private AttributePatch run(ElementRun.Change change) {
    return def.mutability() == AttributeDef.Mutability.IMMUTABLE
        ? in(container -> new ElementRun(null, def, work, change).applyTo(container))
        : new ElementRun(urn(), def, work, change);
  }

  private @Nullable String urn() {
    return target.extension() == null ? null : target.extension().id();
  }

  /** Runs a change on the object that holds the attribute: the resource or its extension. */
  private AttributePatch in(AttributePatch change) {
    String urn = urn();
    AttributePatch guarded =
        def.mutability() == AttributeDef.Mutability.IMMUTABLE
            ? container -> unchanged(container, change.applyTo(container))
            : change;
    return urn == null
        ? guarded
        : current -> current.with(urn, guarded.applyTo(current.complex(urn)));
  }

  private Attributes unchanged(Attributes before, Attributes after) throws ChangeRefused {
    if (before.get(name) != null && !Objects.equals(before.get(name), after.get(name))) {
      throw new ChangeRefused(
          Reason.MUTABILITY, "'%s' cannot change once it is set".formatted(target.label()));
    }
    return after;
  }
}
