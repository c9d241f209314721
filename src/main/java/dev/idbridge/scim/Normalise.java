package dev.idbridge.scim;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.normalise.Normaliser;
import java.util.List;
import org.apache.camel.Message;

/** Turns a write into the {@code ChangeRequest} that goes to {@code direct:change}. */
final class Normalise extends Step {
  private final Normaliser normaliser;

  Normalise(Normaliser normaliser) {
    this.normaliser = normaliser;
  }

  @Override
  void run(ScimCall call, Message message) throws ChangeRefused {
    ResourceChange change =
        switch (call.operation()) {
          case CREATE -> normaliser.create(call.type(), call.json());
          case REPLACE -> normaliser.replace(call.type(), call.id(), call.json());
          case PATCH -> normaliser.patch(call.type(), call.id(), call.json());
          case DELETE -> normaliser.delete(call.type(), call.id());
          case READ, LIST, DISCOVER, BULK ->
              throw new IllegalStateException(call.operation() + " changes nothing");
        };
    call.normalised(change);
    message.setBody(
        new ChangeRequest(
            call.caller().directory().id(),
            change,
            call.caller().actor(),
            call.operation() == Operation.CREATE ? null : Etags.required(call.in.ifMatch()),
            List.of()));
  }
}
