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
            patches.add(
                step.kind() == PatchStep.Kind.REMOVE
                    ? removal(step, attribute, reading)
                    : write(step, attribute, reading));
          }
        }
        case Target.Unknown unknown -> patches.add(raw(step, unknown));
      }
    }
    return new Compiled(
        patches.isEmpty() ? AttributePatch.NOTHING : AttributePatch.inOrder(patches),
        members.result());
  }

  /** An attribute that no schema knows takes the value as it is; a complex one is merged. */
  private static AttributePatch raw(PatchStep step, Target.Unknown target) throws ChangeRefused {
    JsonNode node = step.value();
    Object value =
        step.kind() == PatchStep.Kind.REMOVE || node == null
            ? null
            : RawValues.read(node, target.label());
    return current -> put(current, target.names(), value);
  }

  private static Attributes put(Attributes in, List<String> names, @Nullable Object value) {
    String name = names.getFirst();
    if (names.size() > 1) {
      return in.with(name, put(in.complex(name), names.subList(1, names.size()), value));
    }
    Attributes before = in.complex(name);
    if (!(value instanceof Attributes given) || before.isEmpty()) {
      return in.with(name, value);
    }
    Attributes merged = before;
    for (String sub : given.names()) {
      merged = merged.with(sub, given.get(sub));
    }
    return in.with(name, merged);
  }

  private static AttributePatch removal(PatchStep step, Target.Attribute target, Reading reading)
      throws ChangeRefused {
    AttributeDef def = target.def();
    AttributeDef sub = target.sub();
    Filter element = target.element();
    AttributeSteps steps = new AttributeSteps(target, reading.strict());
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

  private static AttributePatch write(PatchStep step, Target.Attribute target, Reading reading)
      throws ChangeRefused {
    ValueReader reader = new ValueReader(reading);
    AttributeDef def = target.def();
    AttributeDef sub = target.sub();
    Filter element = target.element();
    AttributeSteps steps = new AttributeSteps(target, reading.strict());
    boolean add = step.kind() == PatchStep.Kind.ADD;
    if (sub != null) {
      Object value = reader.read(sub, step.value(), target.label());
      if (!def.multiValued()) {
        return steps.putSub(sub, value);
      }
      return value == null ? steps.removeSubs(element, sub) : steps.putSubs(element, sub, value);
    }
    if (element != null) {
      Attributes given = reader.element(def, step.value(), target.label());
      if (given == null || given.isEmpty()) {
        return steps.removeElements(element);
      }
      return add ? steps.mergeElements(element, given) : steps.replaceElements(element, given);
    }
    Object value = required(def, reader.read(def, step.value(), target.label()), target);
    if (def.multiValued()) {
      if (!add) {
        return steps.put(value);
      }
      return value instanceof List<?> list ? steps.append(list) : AttributePatch.NOTHING;
    }
    JsonNode object = step.value() == null ? null : reader.only(step.value(), target.label());
    if (def.isComplex() && object != null && object.isObject() && !object.isEmpty()) {
      return steps.merge(
          value instanceof Attributes given ? given : Attributes.NONE, reader.cleared(def, object));
    }
    return value instanceof Attributes given ? steps.merge(given, List.of()) : steps.put(value);
  }

  private static @Nullable Object required(
      AttributeDef def, @Nullable Object value, Target.Attribute target) throws ChangeRefused {
    if (def.required() && (value == null || (value instanceof String text && text.isBlank()))) {
      throw ValueReader.invalid(target.label(), "is required and cannot be empty");
    }
    return value;
  }
}
