package dev.idbridge.model;

/** A change of one user. Ids are resource ids as the client sent them. */
public sealed interface UserChange extends ResourceChange {
  @Override
  default ResourceType type() {
    return ResourceType.USER;
  }

  /**
   * A new user; {@code userName} is present and not blank. One of this name that was imported and
   * that nobody has touched since is taken over.
   *
   * @param imported found in an app; nothing is delivered before an identity provider touches it
   */
  record Create(Attributes attributes, boolean imported) implements UserChange {
    public Create(Attributes attributes) {
      this(attributes, false);
    }
  }

  /**
   * The user says this and nothing else; an absent {@code active} keeps its value (RFC 7644 section
   * 3.5.1 leaves that open).
   */
  record Replace(String id, Attributes attributes) implements UserChange {}

  record Patch(String id, AttributePatch patch) implements UserChange {}

  record Delete(String id) implements UserChange {}
}
