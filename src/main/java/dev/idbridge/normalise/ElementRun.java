package dev.idbridge.normalise;

import dev.idbridge.model.AttributePatch;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.schema.AttributeDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring changes of the elements of one attribute: each is made on the result of the one
 * before, and the elements are read and written once.
 */
final class ElementRun implements AttributePatch {
  private final @Nullable String urn;
  private final AttributeDef def;
  private final Work work;
  private final List<Change> changes = new ArrayList<>();

  /** One operation. */
  sealed interface Change {
    record Append(List<?> given) implements Change {}

    record Remove(List<?> given) implements Change {}

    /** Any other: looks at every element. */
    non-sealed interface Each extends Change {
      void apply(Elements elements) throws ChangeRefused;
    }
  }

  /**
   * @param urn of the extension that defines the attribute, or null
   */
  ElementRun(@Nullable String urn, AttributeDef def, Work work, Change change) {
    this.urn = urn;
    this.def = def;
    this.work = work;
    changes.add(change);
  }

  /** Whether the other run was of the same attribute, and is part of this one now. */
  boolean takes(ElementRun next) {
    if (def != next.def || (urn == null ? next.urn != null : !urn.equals(next.urn))) {
      return false;
    }
    for (Change change : next.changes) {
      if (change instanceof Change.Remove more
          && changes.getLast() instanceof Change.Remove(List<?> given)) {
        List<Object> both = given instanceof Gathered own ? own : new Gathered(given);
        both.addAll(more.given());
        changes.set(changes.size() - 1, new Change.Remove(both));
      } else {
        changes.add(change);
      }
    }
    return true;
  }

  /** A list that is this run's own to extend. */
  private static final class Gathered extends ArrayList<Object> {
    private static final long serialVersionUID = 1;

    Gathered(List<?> given) {
      super(given);
    }
  }

  @Override
  public Attributes applyTo(Attributes current) throws ChangeRefused {
    return urn == null ? changed(current) : current.with(urn, changed(current.complex(urn)));
  }

  private Attributes changed(Attributes container) throws ChangeRefused {
    Elements elements = new Elements(def, container.list(def.name()));
    work.done(elements.size());
    for (Change change : changes) {
      switch (change) {
        case Change.Append append -> {
          work.done(append.given().size());
          elements.append(append.given());
        }
        case Change.Remove remove -> {
          work.done(elements.size() + remove.given().size());
          elements.removeValues(remove.given());
        }
        case Change.Each each -> {
          work.done(elements.size());
          each.apply(elements);
        }
      }
      elements.settle();
    }
    return container.with(def.name(), elements.result());
  }
}
