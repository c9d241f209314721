package dev.idbridge.directory;

import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceType;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** One change of a group, applied to the locked row in memory. */
final class GroupSteps {
  private final WriteBatch batch;
  private final ChangeRequest request;

  GroupSteps(WriteBatch batch, ChangeRequest request) {
    this.batch = batch;
    this.request = request;
  }

  Committed apply(GroupChange change) throws SQLException, ChangeRefused {
    return switch (change) {
      case GroupChange.Create c -> create(c);
      case GroupChange.Replace c -> {
        Held group = batch.find(request, c.id());
        yield update(
            group,
            batch
                .tools
                .characteristics()
                .replaced(ResourceType.GROUP, group.attributes, Shape.cleaned(c.attributes())),
            c.keepsMembers() ? List.of() : List.of(new MemberOp.Replace(c.members())),
            c.keepsMembers());
      }
      case GroupChange.Patch c -> {
        Held group = batch.find(request, c.id());
        yield update(group, Shape.cleaned(c.patch().applyTo(group.attributes)), c.members(), true);
      }
      case GroupChange.Delete c -> delete(batch.find(request, c.id()));
    };
  }

  private Committed create(GroupChange.Create change) throws SQLException, ChangeRefused {
    Attributes attributes = Shape.group(Shape.cleaned(change.attributes()));
    Held there =
        change.imported()
            ? null
            : batch.imported(request, String.valueOf(attributes.string("displayName")));
    if (there != null) {
      return update(there, attributes, List.of(new MemberOp.Add(change.members())), false);
    }
    batch.checkShape(request, null, attributes);
    batch.checkName(request, null, String.valueOf(attributes.string("displayName")));
    Held group = batch.fresh(ResourceType.GROUP, request.directory());
    group.imported = change.imported();
    group.attributes = attributes;
    group.version = 1;
    long cause = batch.tools.ids().next();
    MemberStep members =
        MemberStep.of(batch, request, group, List.of(new MemberOp.Add(change.members())));
    batch.add(group);
    batch.uniques.hold(group, Attributes.NONE, attributes);
    batch.rename(group, NameKey.of(group.name()));
    members.apply(1, cause);
    batch.changed(
        request,
        group,
        cause,
        Action.CREATE,
        Priority.NORMAL,
        Shape.detail(attributes.names(), members.added(), 0));
    if (members.effective()) {
      batch.membersChanged(request, group, cause, Priority.NORMAL, false);
    }
    batch.arrives(request, group);
    members.logSkipped(cause);
    return new Committed(cause, group.resource(), members.skipped(), members.resolved());
  }

  /**
   * @param onto whether the request adds to what the group is; else it says what the group is, and
   *     whom an import found goes
   */
  private Committed update(Held group, Attributes sent, List<MemberOp> ops, boolean onto)
      throws SQLException, ChangeRefused {
    Attributes attributes = Shape.group(sent);
    String name = String.valueOf(attributes.string("displayName"));
    Set<String> changed = Shape.changed(group.attributes, attributes);
    if (!changed.isEmpty()) {
      batch.checkShape(request, group, attributes);
      batch.checkName(request, group, name);
    }
    MemberStep members = MemberStep.of(batch, request, group, ops);
    long cause = batch.tools.ids().next();
    boolean taken = group.imported;
    int found = taken ? batch.takeFound(group, cause, onto) : 0;
    members.apply(group.version + 1, cause);
    if (changed.isEmpty() && !members.effective() && !taken) {
      batch.unchanged(request, group);
      members.logSkipped(0);
      return new Committed(0, group.resource(), members.skipped(), members.resolved());
    }
    batch.uniques.hold(group, group.attributes, attributes);
    group.attributes = attributes;
    group.version++;
    group.imported = false;
    batch.rename(group, NameKey.of(name));
    Priority priority = members.removed() > 0 ? Priority.LEAVER : Priority.NORMAL;
    if (members.effective() || found > 0) {
      batch.membersChanged(request, group, cause, priority, MemberStep.wholesale(ops));
    }
    batch.changed(
        request,
        group,
        cause,
        Action.UPDATE,
        priority,
        Shape.detail(changed, members.added() + found, members.removed()));
    if (taken || changed.contains("externalId")) {
      batch.arrives(request, group);
    }
    members.logSkipped(cause);
    return new Committed(cause, group.resource(), members.skipped(), members.resolved());
  }

  private Committed delete(Held group) throws SQLException {
    long cause = batch.tools.ids().next();
    if (group.imported) {
      FoundMembers.drop(batch.connection, group.id);
    }
    group.deleted = true;
    group.imported = false;
    group.version++;
    batch.uniques.hold(group, group.attributes, Attributes.NONE);
    batch.parked.takeBackAll(group.id);
    batch.rename(group, null);
    batch.changed(request, group, cause, Action.DELETE, Priority.LEAVER, "");
    batch.sweepWhenDeleted(request, group, cause);
    return new Committed(cause, null, List.of());
  }
}
