package dev.idbridge.scim.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.StoreUnavailable;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears whose requests a directory gets and remembers it there. A User-Agent counts at any time,
 * but changes what is remembered once a minute at most; habits count only until the first
 * recognition. Thread-safe; a store that is away fails no request here.
 */
public final class Dialects {
  private static final Logger LOG = LoggerFactory.getLogger(Dialects.class);
  private static final long CHANGE_EVERY_MILLIS = 60_000;

  private final Directories directories;
  private final Clock clock;
  private final ConcurrentHashMap<Long, Long> changedAt = new ConcurrentHashMap<>();

  public Dialects(Directories directories, Clock clock) {
    this.directories = directories;
    this.clock = clock;
  }

  /**
   * Hears a request before its body is read.
   *
   * @param query raw, or null
   */
  public void hear(Directory directory, @Nullable String agent, @Nullable String query) {
    Dialect known = directory.settings().recognised();
    Optional<Dialect> sure = Signs.ofAgent(agent);
    if (sure.isPresent()) {
      remember(directory, known, sure.get());
    } else if (known == null) {
      Signs.ofQuery(query).ifPresent(dialect -> remember(directory, null, dialect));
    }
  }

  /** The settings that count for a write with this body, which is heard first. */
  public DirectorySettings hear(
      Directory directory, @Nullable String agent, @Nullable String query, JsonNode body) {
    DirectorySettings settings = directory.settings();
    Optional<Dialect> sure = Signs.ofAgent(agent);
    if (sure.isPresent()) {
      return settings.heard(sure.get());
    }
    if (settings.recognised() != null) {
      return settings;
    }
    Optional<Dialect> habit = Signs.ofQuery(query).or(() -> Signs.ofBody(body));
    habit.ifPresent(dialect -> remember(directory, null, dialect));
    return habit.map(settings::heard).orElse(settings);
  }

  private void remember(Directory directory, @Nullable Dialect known, Dialect heard) {
    if (heard == known) {
      return;
    }
    long now = clock.millis();
    Long last = changedAt.get(directory.id());
    if (last != null && Math.abs(now - last) < CHANGE_EVERY_MILLIS) {
      return;
    }
    changedAt.put(directory.id(), now);
    try {
      directories.heard(directory.name(), heard);
      LOG.info("directory {}: requests come from {}", directory.name(), heard.word());
    } catch (StoreUnavailable down) {
      changedAt.remove(directory.id());
      LOG.debug("directory {}: the dialect is not stored yet", directory.name(), down);
    }
  }
}
