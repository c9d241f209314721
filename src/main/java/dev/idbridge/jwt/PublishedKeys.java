package dev.idbridge.jwt;

import java.time.Instant;
import java.util.Optional;

/** Where daemons publish the public halves of their keys for each other. Thread-safe. */
public interface PublishedKeys {
  void publish(String kid, String publicJwk, Instant until);

  /** Empty when there is none of this name, or its time has passed. */
  Optional<String> find(String kid);
}
