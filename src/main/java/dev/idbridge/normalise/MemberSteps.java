package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.MemberOp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the member operations of one PATCH, neighbours of one kind as one: clients send a
 * removal per member, the store works in sets. None of them needs the group.
 */
final class MemberSteps {
  private enum Kind {
    ADD,
    REMOVE
  }

  private final Reading reading;
  private final List<MemberOp> done = new ArrayList<>();
  private final Set<String> ids = new LinkedHashSet<>();
  private @Nullable Kind kind;

  MemberSteps(Reading reading) {
    this.reading = reading;
  }

  void read(PatchStep step, Target.Attribute members) throws ChangeRefused {
    JsonNode value = step.value();
    Filter element = members.element();
    if (members.sub() != null && !members.sub().name().equals("value")) {
      throw new ChangeRefused(
          Reason.MUTABILITY,
          "'%s' cannot be changed: add or remove the member".formatted(members.label()));
    }
    if (element != null) {
      readChosen(step, element);
      return;
    }
    if (step.kind() != PatchStep.Kind.REMOVE && ValueReader.isEmptyObject(value)) {
      return;
    }
    switch (step.kind()) {
      case ADD -> collect(Kind.ADD, MemberIds.read(value, reading));
      case REPLACE -> {
        List<String> given = MemberIds.read(value, reading);
        boolean nobody = value != null && value.isArray() && value.isEmpty();
        if (given.isEmpty() && !nobody && !reading.honoursRemoveAll()) {
          throw namesNobody();
        }
        whole(new MemberOp.Replace(given));
      }
      case REMOVE -> {
        if (value == null) {
          if (!reading.honoursRemoveAll()) {
            throw namesNobody();
          }
          whole(new MemberOp.RemoveAll());
        } else {
          collect(Kind.REMOVE, MemberIds.read(value, reading));
        }
      }
    }
  }

  private static ChangeRefused namesNobody() {
    return ValueReader.invalid(
        "members",
        "would all be removed, since no value names any: this directory refuses that."
            + " Name the members, or set remove-all-members=honour");
  }

  private void readChosen(PatchStep step, Filter element) throws ChangeRefused {
    Set<String> chosen = MemberIds.chosen(element);
    if (chosen == null) {
      throw FilterSyntax.refused(
          "members are chosen by id: members[value eq \"ID\"], joined by 'or' for several");
    }
    switch (step.kind()) {
      case REMOVE -> collect(Kind.REMOVE, chosen);
      case REPLACE -> {
        collect(Kind.REMOVE, chosen);
        collect(Kind.ADD, MemberIds.read(step.value(), reading));
      }
      case ADD ->
          throw new ChangeRefused(
              Reason.INVALID_PATH, "add members with the path 'members' and a list of values");
    }
  }

  List<MemberOp> result() {
    flush();
    return done;
  }

  private void collect(Kind next, Collection<String> given) {
    if (given.isEmpty()) {
      return;
    }
    if (kind != next) {
      flush();
      kind = next;
    }
    ids.addAll(given);
  }

  /** An operation on all members makes the ones before it pointless. */
  private void whole(MemberOp op) {
    kind = null;
    ids.clear();
    done.clear();
    done.add(op);
  }

  private void flush() {
    if (kind != null && !ids.isEmpty()) {
      List<String> all = List.copyOf(ids);
      done.add(kind == Kind.ADD ? new MemberOp.Add(all) : new MemberOp.Remove(all));
    }
    kind = null;
    ids.clear();
  }
}
