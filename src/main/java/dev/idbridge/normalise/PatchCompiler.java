package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.AttributePatch;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the steps of a PATCH: names resolved, values typed, member ids collected, every mistake
 * that can be seen without the resource refused. What is left to the moment of applying is only
 * what depends on the current value.
 */
final class PatchCompiler {
  private final ResourceType type;

  PatchCompiler(ResourceSchema schema) {
    this.type = schema.type();
  }

  /** The resource's own attributes, and the group's members. */
  record Compiled(AttributePatch patch, List<MemberOp> members) {}

  Compiled compile(List<PatchStep> steps, Reading reading) throws ChangeRefused {
    List<AttributePatch> patches = new ArrayList<>();
    Work work = new Work();
    MemberSteps members = new MemberSteps(reading);
    for (PatchStep step : steps) {
      switch (step.target()) {
        case Target.Whole whole -> {}
        case Target.Extension extension ->
            patches.add(current -> current.without(extension.schema().id()));
        case Target.Attribute attribute -> {
          if (type == ResourceType.GROUP && attribute.def().name().equals("members")) {
            members.read(step, attribute);
          } else if (attribute.def().mutability() != AttributeDef.Mutability.WRITE_ONLY) {
            AttributeSteps own = new AttributeSteps(attribute, reading.strict(), work);
            add(
                patches,
                step.kind() == PatchStep.Kind.REMOVE
                    ? removal(step, attribute, own, reading)
                    : write(step, attribute, own, reading));
          }
        }
        case Target.Unknown unknown -> patches.add(raw(step, unknown, work));
      }
    }
    return new Compiled(bounded(patches, work), members.result());
  }

  private static void add(List<AttributePatch> patches, AttributePatch patch) {
    boolean taken =
        patch instanceof ElementRun next
            && !patches.isEmpty()
            && patches.getLast() instanceof ElementRun before
            && before.takes(next);
    if (!taken) {
      patches.add(patch);
    }
  }

  /** Applied again when a transaction is repeated, and then from the start. */
  private static AttributePatch bounded(List<AttributePatch> patches, Work work) {
    if (patches.isEmpty()) {
      return AttributePatch.NOTHING;
    }
    AttributePatch all = AttributePatch.inOrder(patches);
    return current -> {
      work.start();
      return all.applyTo(current);
    };
  }

  /** An attribute that no schema knows takes the value as it is; a complex one is merged. */
  private static AttributePatch raw(PatchStep step, Target.Unknown target, Work work)
      throws ChangeRefused {
    JsonNode node = step.value();
    boolean removal = step.kind() == PatchStep.Kind.REMOVE;
    if (!removal && ValueReader.isEmptyObject(node)) {
      return AttributePatch.NOTHING;
    }
    Object value = removal || node == null ? null : RawValues.read(node, target.label());
    UnaryOperator<@Nullable Object> change = before -> value;
    if (!removal && node != null && node.isObject()) {
      Attributes given = value instanceof Attributes own ? own : Attributes.NONE;
      change = before -> merged(before, given, node);
    }
    UnaryOperator<@Nullable Object> last = change;
    return current -> {
      work.done(current.names().size());
      return put(current, target.names(), last);
    };
  }

  /** What an object leaves of a value: it names what changes (RFC 7644 section 3.5.2.3). */
  private static @Nullable Object merged(
      @Nullable Object before, Attributes given, JsonNode object) {
    if (!(before instanceof Attributes merged)) {
      return given.isEmpty() ? before : given;
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      boolean cleared =
          ValueReader.unassigned(field.getValue()) && !ValueReader.isEmptyObject(field.getValue());
      merged = cleared ? merged.without(field.getKey()) : merged;
    }
    for (String sub : given.names()) {
      merged = merged.with(sub, given.get(sub));
    }
    return merged;
  }

  private static Attributes put(
      Attributes in, List<String> names, UnaryOperator<@Nullable Object> change) {
    String name = names.getFirst();
    Object before = in.get(name);
    if (names.size() == 1) {
      return in.with(name, change.apply(before));
    }
    if (before != null && !(before instanceof Attributes)) {
      // What has no parts keeps what it says.
      return in;
    }
    return in.with(name, put(in.complex(name), names.subList(1, names.size()), change));
  }

  private static AttributePatch removal(
      PatchStep step, Target.Attribute target, AttributeSteps steps, Reading reading)
      throws ChangeRefused {
    AttributeDef def = target.def();
    AttributeDef sub = target.sub();
    Filter element = target.element();
    if (sub != null) {
      return def.multiValued() ? steps.removeSubs(element, sub) : steps.putSub(sub, null);
    }
    if (element != null) {
      return steps.removeElements(element);
    }
    if (def.required()) {
      throw new ChangeRefused(
          Reason.MUTABILITY, "'%s' is required and cannot be removed".formatted(target.label()));
    }
    JsonNode value = step.value();
    if (def.multiValued() && value != null) {
      return steps.removeValues(new ValueReader(reading).list(def, value, target.label()));
    }
    return steps.put(null);
  }

  private static AttributePatch write(
      PatchStep step, Target.Attribute target, AttributeSteps steps, Reading reading)
      throws ChangeRefused {
    ValueReader reader = new ValueReader(reading);
    AttributeDef def = target.def();
    AttributeDef sub = target.sub();
    Filter element = target.element();
    boolean add = step.kind() == PatchStep.Kind.ADD;
    if (sub != null) {
      Object value = reader.read(sub, step.value(), target.label());
      if (!def.multiValued()) {
        return steps.putSub(sub, value);
      }
      return value == null ? steps.removeSubs(element, sub) : steps.putSubs(element, sub, value);
    }
    JsonNode object = step.value();
    if (object != null && (element != null || !def.multiValued())) {
      object = reader.only(object, target.label());
    }
    if (ValueReader.isEmptyObject(object) && saysNothing(target)) {
      return AttributePatch.NOTHING;
    }
    if (element != null) {
      Attributes given = reader.element(def, object, target.label());
      List<String> cleared =
          object != null && object.isObject() ? reader.cleared(def, object) : List.of();
      if (given == null || (given.isEmpty() && !add && !cleared.isEmpty())) {
        return steps.removeElements(element);
      }
      if (given.isEmpty() && cleared.isEmpty()) {
        return AttributePatch.NOTHING;
      }
      return add
          ? steps.mergeElements(element, given, cleared)
          : steps.replaceElements(element, given);
    }
    Object value = required(def, reader.read(def, step.value(), target.label()), target);
    if (def.multiValued()) {
      if (!add) {
        return steps.put(value);
      }
      return value instanceof List<?> list ? steps.append(list) : AttributePatch.NOTHING;
    }
    if (def.isComplex() && object != null && object.isObject() && !object.isEmpty()) {
      return steps.merge(
          value instanceof Attributes given ? given : Attributes.NONE, reader.cleared(def, object));
    }
    return value instanceof Attributes given ? steps.merge(given, List.of()) : steps.put(value);
  }

  /**
   * Whether an empty object leaves the attribute as it is (RFC 7644 sections 3.5.2.1 and 3.5.2.3):
   * an attribute that is no more than a value with things said of it, such as the manager, is
   * unassigned by it instead.
   */
  private static boolean saysNothing(Target.Attribute target) {
    return target.def().multiValued()
        || (target.def().isComplex() && target.def().sub("value") == null);
  }

  private static @Nullable Object required(
      AttributeDef def, @Nullable Object value, Target.Attribute target) throws ChangeRefused {
    if (def.required() && (value == null || (value instanceof String text && text.isBlank()))) {
      throw ValueReader.invalid(target.label(), "is required and cannot be empty");
    }
    return value;
  }
}
