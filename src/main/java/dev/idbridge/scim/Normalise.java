package dev.idbridge.scim;

import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.normalise.Normaliser;
import dev.idbridge.normalise.Reading;
import dev.idbridge.scim.dialect.Dialects;
import java.util.List;
import org.apache.camel.Message;

/** Turns a write into the {@code ChangeRequest} that goes to {@code direct:change}. */
final class Normalise extends Step {
  private final Normaliser normaliser;
  private final Dialects dialects;

  Normalise(Normaliser normaliser, Dialects dialects) {
    this.normaliser = normaliser;
    this.dialects = dialects;
  }

  @Override
  void run(ScimCall call, Message message) throws ChangeRefused {
    Directory directory = call.caller().directory();
    DirectorySettings settings =
        call.operation().hasBody()
            ? dialects.hear(directory, call.in.userAgent(), call.in.query(), call.json())
            : directory.settings();
    Reading reading = new Reading(settings);
    ResourceChange change =
        switch (call.operation()) {
          case CREATE -> normaliser.create(call.type(), call.json(), reading);
          case REPLACE -> normaliser.replace(call.type(), call.id(), call.json(), reading);
          case PATCH -> normaliser.patch(call.type(), call.id(), call.json(), reading);
          case DELETE -> normaliser.delete(call.type(), call.id());
          case READ, LIST, SEARCH, DISCOVER, BULK ->
              throw new IllegalStateException(call.operation() + " changes nothing");
        };
    call.normalised(change);
    message.setBody(
        new ChangeRequest(
            directory.id(),
            change,
            call.caller().actor(),
            call.operation() == Operation.CREATE ? null : Etags.required(call.in.ifMatch()),
            List::of,
            settings.strict(),
            reading.ignored()));
  }
}
