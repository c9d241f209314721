package dev.idbridge.directory;

import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** One change of a user, applied to the locked row in memory. */
final class UserSteps {
  /** Who was created inactive is not reactivated when it becomes active first. */
  private static final long NEVER_ACTIVE = -1;

  private final WriteBatch batch;
  private final ChangeRequest request;

  UserSteps(WriteBatch batch, ChangeRequest request) {
    this.batch = batch;
    this.request = request;
  }

  Committed apply(UserChange change) throws SQLException, ChangeRefused {
    return switch (change) {
      case UserChange.Create c -> create(c);
      case UserChange.Replace c -> {
        Held user = batch.find(request, c.id());
        yield update(
            user,
            batch
                .tools
                .characteristics()
                .replaced(ResourceType.USER, user.attributes, Shape.cleaned(c.attributes())));
      }
      case UserChange.Patch c -> {
        Held user = batch.find(request, c.id());
        yield update(user, Shape.cleaned(c.patch().applyTo(user.attributes)));
      }
      case UserChange.Delete c -> delete(batch.find(request, c.id()));
    };
  }

  private Committed create(UserChange.Create change) throws SQLException, ChangeRefused {
    Attributes attributes = Shape.user(Shape.cleaned(change.attributes()), true);
    Held there =
        change.imported()
            ? null
            : batch.imported(request, String.valueOf(attributes.string("userName")));
    if (there != null) {
      return update(there, attributes).asAwaited();
    }
    batch.checkShape(request, null, attributes);
    batch.checkName(request, null, String.valueOf(attributes.string("userName")));
    batch.emails.check(request.directory(), Attributes.NONE, attributes);
    Held user = batch.fresh(ResourceType.USER, request.directory());
    user.imported = change.imported();
    batch.add(user);
    batch.uniques.hold(user, user.attributes, attributes);
    user.attributes = attributes;
    user.active = attributes.flag("active", true);
    user.version = 1;
    if (!user.active) {
      user.reactivatedSeq = NEVER_ACTIVE;
    }
    user.emailsDirty = true;
    batch.rename(user, NameKey.of(user.name()));
    long cause = batch.tools.ids().next();
    String detail = Shape.detail(attributes.names(), 0, 0);
    batch.changed(request, user, cause, Action.CREATE, Priority.NORMAL, detail);
    batch.arrives(request, user);
    return new Committed(cause, user.resource(), List.of());
  }

  private Committed update(Held user, Attributes sent) throws SQLException, ChangeRefused {
    Attributes attributes = Shape.user(sent, user.active);
    boolean taken = user.imported;
    if (attributes.equals(user.attributes) && !taken) {
      batch.unchanged(request, user);
      return new Committed(0, user.resource(), List.of());
    }
    String name = String.valueOf(attributes.string("userName"));
    batch.checkShape(request, user, attributes);
    batch.checkName(request, user, name);
    batch.emails.check(request.directory(), user.attributes, attributes);
    Set<String> changed = Shape.changed(user.attributes, attributes);
    if (!EmailRows.of(user.attributes).equals(EmailRows.of(attributes))) {
      user.emailsDirty = true;
    }
    boolean active = attributes.flag("active", true);
    boolean leaves = user.active && !active;
    boolean returns = !user.active && active;
    long cause = batch.tools.ids().next();
    batch.uniques.hold(user, user.attributes, attributes);
    user.attributes = attributes;
    user.active = active;
    user.version++;
    user.imported = false;
    if (returns) {
      user.reactivatedSeq = user.reactivatedSeq == NEVER_ACTIVE ? 0 : cause;
    }
    batch.rename(user, NameKey.of(name));
    batch.changed(
        request,
        user,
        cause,
        leaves ? Action.DEACTIVATE : returns ? Action.REACTIVATE : Action.UPDATE,
        leaves ? Priority.LEAVER : Priority.NORMAL,
        Shape.detail(changed, 0, 0));
    if (taken || changed.contains("userName") || changed.contains("externalId")) {
      batch.arrives(request, user);
    }
    return new Committed(cause, user.resource(), List.of());
  }

  private Committed delete(Held user) {
    long cause = batch.tools.ids().next();
    user.deleted = true;
    user.imported = false;
    user.version++;
    user.emailsDirty = true;
    batch.uniques.hold(user, user.attributes, Attributes.NONE);
    batch.rename(user, null);
    batch.changed(request, user, cause, Action.DELETE, Priority.LEAVER, "");
    batch.sweepWhenDeleted(request, user, cause);
    return new Committed(cause, null, List.of());
  }
}
