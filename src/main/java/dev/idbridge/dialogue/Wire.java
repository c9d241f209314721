package dev.idbridge.dialogue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Carries one request to a SCIM service and its answer back. */
@FunctionalInterface
public interface Wire {
  /**
   * @throws IOException when there was no answer
   */
  Reply send(Sent request) throws IOException;

  /**
   * @param target path and query below the base path, to be sent as it stands; with two slashes at
   *     its beginning, below the host
   */
  record Sent(String method, String target, Map<String, String> headers, @Nullable String body) {
    public Sent {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * @param headers names in lower case
   * @param body empty when there was none
   */
  record Reply(int status, Map<String, List<String>> headers, String body) {
    public Reply {
      headers = Map.copyOf(headers);
    }
  }
}
