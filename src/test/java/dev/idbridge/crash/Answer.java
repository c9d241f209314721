package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What came back to a request.
 *
 * @param status 0 when nothing came back, or nothing that tells whether it happened
 */
record Answer(int status, JsonNode body) {
  boolean none() {
    return status == 0;
  }

  boolean ok() {
    return status / 100 == 2;
  }
}
