package dev.idbridge.model;

import java.util.List;

/** A change of one group. Ids are resource ids as the client sent them. */
public sealed interface GroupChange extends ResourceChange {
  @Override
  default ResourceType type() {
    return ResourceType.GROUP;
  }

  /**
   * A new group; {@code displayName} is present and not blank. One of this name that was imported
   * and that nobody has touched since is taken over.
   *
   * @param imported found in an app; nothing is delivered before an identity provider touches it
   */
  record Create(Attributes attributes, List<String> members, boolean imported)
      implements GroupChange {
    public Create {
      members = List.copyOf(members);
    }

    public Create(Attributes attributes, List<String> members) {
      this(attributes, members, false);
    }
  }

  /**
   * The group says this and nothing else; members that are not named leave it.
   *
   * @param keepsMembers whether the members stay as they are, since nothing was said of them
   */
  record Replace(String id, Attributes attributes, List<String> members, boolean keepsMembers)
      implements GroupChange {
    public Replace {
      members = List.copyOf(members);
    }

    public Replace(String id, Attributes attributes, List<String> members) {
      this(id, attributes, members, false);
    }
  }

  /** Own attributes first, then the member steps in order: neither touches what the other does. */
  record Patch(String id, AttributePatch patch, List<MemberOp> members) implements GroupChange {
    public Patch {
      members = List.copyOf(members);
    }
  }

  record Delete(String id) implements GroupChange {}
}
