package dev.idbridge.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stored user or group at one version. */
public sealed interface Resource {
  long id();

  long directory();

  /** Everything but id, meta, groups and members. */
  Attributes attributes();

  /** Raised by one with every effective change; the ETag is {@code W/"version"}. */
  long version();

  Instant created();

  Instant modified();

  ResourceType type();

  /** The id as clients and the command line see it. */
  default String publicId() {
    return Long.toString(id());
  }

  /**
   * @param groups the groups the user is in, those these are in included, or null when they were
   *     not asked for
   */
  record User(
      long id,
      long directory,
      Attributes attributes,
      boolean active,
      long version,
      Instant created,
      Instant modified,
      @Nullable List<Member> groups)
      implements Resource {
    @Override
    public ResourceType type() {
      return ResourceType.USER;
    }

    public String userName() {
      return String.valueOf(attributes.string("userName"));
    }
  }

  /**
   * @param members live members in id order, or null when they were not asked for or are many
   */
  record Group(
      long id,
      long directory,
      Attributes attributes,
      long version,
      Instant created,
      Instant modified,
      @Nullable List<Member> members)
      implements Resource {
    @Override
    public ResourceType type() {
      return ResourceType.GROUP;
    }

    public String displayName() {
      return String.valueOf(attributes.string("displayName"));
    }
  }

  /**
   * The other end of a membership.
   *
   * @param direct false for a group that holds a user through groups in it only
   */
  record Member(long id, ResourceType type, String display, boolean direct) {
    public Member(long id, ResourceType type, String display) {
      this(id, type, display, true);
    }
  }
}
