package dev.idbridge.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.spi.Outcome;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a call came to. */
public sealed interface RestAnswer {
  /**
   * The app says yes.
   *
   * @param body the JSON that came with it; a missing node when none came
   * @param location the Location header, if any
   */
  record Ok(JsonNode body, @Nullable String location) implements RestAnswer {
    /** The last segment of the Location, decoded; empty when there is none. */
    public String locationId() {
      if (location == null) {
        return "";
      }
      String path = location.replaceFirst("[?#].*$", "").replaceFirst("/$", "");
      String last = path.substring(path.lastIndexOf('/') + 1).replace("+", "%2B");
      return URLDecoder.decode(last, StandardCharsets.UTF_8);
    }
  }

  /** The one object that the call was about is not there: 404 or 410. */
  record Gone(String reason) implements RestAnswer {}

  /**
   * Everything else.
   *
   * @param status 0 when no answer came
   * @param body the JSON that came with it; a missing node when none came
   * @param text the app's own error text, fit for a reason; empty when it gave none
   */
  record No(Outcome.Failure why, int status, JsonNode body, String text) implements RestAnswer {}

  /** What a call about one object that we know came to. */
  default Outcome changed(String remoteId) {
    return switch (this) {
      case Ok ok -> new Outcome.Applied(remoteId);
      case Gone gone -> new Outcome.NotFound(gone.reason());
      case No no -> no.why();
    };
  }

  /** Why there is no yes; a gone object is a refusal. */
  static Outcome.Failure failure(RestAnswer answer) {
    return switch (answer) {
      case No no -> no.why();
      case Gone gone -> new Outcome.Reject(gone.reason());
      case Ok ok -> throw new IllegalArgumentException("a yes is no failure");
    };
  }
}
