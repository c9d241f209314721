package dev.idbridge.scim;

import dev.idbridge.directory.Resources;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.Resource;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds to a committed resource what its answer shows of groups and members. A write comes here on
 * the thread that completes commits, which must not wait for the database: reads go elsewhere.
 */
final class Relate extends AsyncProcessorSupport {
  private static final Logger LOG = LoggerFactory.getLogger(Relate.class);

  private final Resources resources;
  private final Executor executor;

  Relate(Resources resources, Executor executor) {
    this.resources = resources;
    this.executor = executor;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    ScimCall call = ScimCall.of(exchange);
    if (!(exchange.getMessage().getBody() instanceof Committed committed)
        || !needed(call, committed)) {
      callback.done(true);
      return true;
    }
    executor.execute(
        () -> {
          try {
            exchange.getMessage().setBody(related(exchange, committed));
          } catch (RuntimeException e) {
            // The change is durable: a failure now would make the client repeat it.
            LOG.warn(
                "Request {} is answered without groups and members: {}",
                call.in.requestId(),
                e.getMessage());
          }
          callback.done(false);
        });
    return false;
  }

  private static boolean needed(ScimCall call, Committed committed) {
    Resource resource = committed.resource();
    if (resource == null
        || Answer.isBodyless(call)
        || !call.projection().shows(Parse.related(call.type()))) {
      return false;
    }
    return switch (resource) {
      // Few new users are known to a group, which waited for them.
      case Resource.User user ->
          user.groups() == null && (call.operation() != Operation.CREATE || committed.awaited());
      case Resource.Group group ->
          group.members() == null
              && !(call.change() instanceof GroupChange.Create made && made.members().isEmpty());
    };
  }

  private Committed related(Exchange exchange, Committed committed) {
    Resource filled =
        switch (committed.resource()) {
          case Resource.User user -> resources.withGroups(user);
          case Resource.Group group -> withMembers(exchange, group);
          case null -> null;
        };
    return new Committed(committed.changeId(), filled, committed.skippedMembers());
  }

  private Resource withMembers(Exchange exchange, Resource.Group group) {
    Resources.Members members = resources.members(group.id(), 0);
    if (members.more()) {
      exchange.setProperty(Answer.MANY_MEMBERS, true);
      return group;
    }
    return new Resource.Group(
        group.id(),
        group.directory(),
        group.attributes(),
        group.version(),
        group.created(),
        group.modified(),
        members.members());
  }
}
