package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.connector.spi.Outcome;
import org.jspecify.annotations.Nullable;

/** What a SCIM call came to. */
sealed interface ScimAnswer {
  /**
   * The app says yes.
   *
   * @param body the JSON object that came with it, if any
   * @param location the Location header, if any
   */
  record Ok(@Nullable ObjectNode body, @Nullable String location) implements ScimAnswer {}

  /** The one object that the call was about is not there: 404 or 410. */
  record Gone(String reason) implements ScimAnswer {}

  /**
   * Everything else.
   *
   * @param status 0 when no answer came
   * @param scimType RFC 7644 section 3.12, empty when the app gave none
   * @param text the app's own error text, empty when it gave none
   */
  record No(Outcome.Failure why, int status, String scimType, String text) implements ScimAnswer {}
}
