package dev.idbridge;

import dev.idbridge.directory.AccessKeys;
import dev.idbridge.jwt.PublishedKeys;
import java.time.Instant;
import java.util.Optional;

/** The published keys of access tokens, kept in the store. */
record StoredKeys(AccessKeys keys) implements PublishedKeys {
  @Override
  public void publish(String kid, String publicJwk, Instant until) {
    keys.publish(kid, publicJwk, until);
  }

  @Override
  public Optional<String> find(String kid) {
    return keys.find(kid);
  }
}
