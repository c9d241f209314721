package dev.idbridge.scim;

import dev.idbridge.directory.Resources;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Resource;
import org.apache.camel.Message;

/** Asks the store of record for one resource, or for a page of them (RFC 7644 section 3.4). */
final class Find extends Step {
  private final Resources resources;

  Find(Resources resources) {
    this.resources = resources;
  }

  @Override
  void run(ScimCall call, Message message) throws ChangeRefused {
    if (call.operation() != Operation.READ) {
      message.setBody(resources.list(call.asked().search()));
      return;
    }
    boolean related = call.projection().shows(Parse.related(call.type()));
    Resource found =
        resources
            .find(call.caller().directory().id(), call.type(), call.id(), related)
            .orElseThrow(() -> unknown(call));
    message.setBody(found);
  }

  private static ChangeRefused unknown(ScimCall call) {
    String id = call.id();
    return new ChangeRefused(
        Reason.NOT_FOUND,
        "there is no %s '%s' in directory '%s'"
            .formatted(
                call.type().word(),
                id.length() <= 100 ? id : id.substring(0, 100) + "...",
                call.caller().directory().name()));
  }
}
