package dev.idbridge.directory;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A user or group inside a transaction: its row is locked, or will be inserted with the batch. */
final class Held {
  final ResourceType type;
  final long id;
  final long directory;
  final long createdAt;

  /** Not in its table yet. */
  final boolean fresh;

  Attributes attributes = Attributes.NONE;

  /** As its row has them; nothing for a fresh one. */
  Attributes stored = Attributes.NONE;

  @Nullable String key;
  boolean active = true;
  long version;
  long reactivatedSeq;
  long modifiedAt;
  boolean deleted;

  /** Imported from an app, and no identity provider has touched it yet. */
  boolean imported;

  boolean dirty;
  boolean emailsDirty;

  Held(ResourceType type, long id, long directory, long createdAt, boolean fresh) {
    this.type = type;
    this.id = id;
    this.directory = directory;
    this.createdAt = createdAt;
    this.fresh = fresh;
  }

  /** userName or displayName as written. */
  String name() {
    return String.valueOf(attributes.string(nameAttribute(type)));
  }

  static String nameAttribute(ResourceType type) {
    return type == ResourceType.USER ? "userName" : "displayName";
  }

  Resource resource() {
    return resource(attributes);
  }

  /** As it would be with other attributes. */
  Resource resource(Attributes attributes) {
    Instant created = Instant.ofEpochMilli(createdAt);
    Instant modified = Instant.ofEpochMilli(modifiedAt);
    return switch (type) {
      case USER ->
          new Resource.User(id, directory, attributes, active, version, created, modified, null);
      case GROUP -> new Resource.Group(id, directory, attributes, version, created, modified, null);
    };
  }
}
