package dev.idbridge.scim;

import dev.idbridge.directory.Resources;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import org.apache.camel.Message;

/** Asks the store of record for one resource, or for a page of them (RFC 7644 section 3.4). */
final class Find extends Step {
  /** Most resources in one page. */
  static final int MAX_COUNT = 200;

  /** Resources in a page when the client does not say. */
  static final int DEFAULT_COUNT = 100;

  private final Resources resources;

  Find(Resources resources) {
    this.resources = resources;
  }

  @Override
  void run(ScimCall call, Message message) throws ChangeRefused, Refusal {
    long directory = call.caller().directory().id();
    boolean related =
        call.projection().shows(call.type() == ResourceType.USER ? "groups" : "members");
    if (call.operation() == Operation.READ) {
      Resource found =
          resources
              .find(directory, call.type(), call.id(), related)
              .orElseThrow(() -> unknown(call));
      message.setBody(found);
      return;
    }
    message.setBody(
        resources.list(
            directory, call.type(), call.filter(), startIndex(call), count(call), related));
  }

  static int startIndex(ScimCall call) throws Refusal {
    return Math.max(1, call.query.integer("startIndex", 1));
  }

  static int count(ScimCall call) throws Refusal {
    return Math.clamp(call.query.integer("count", DEFAULT_COUNT), 0, MAX_COUNT);
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
