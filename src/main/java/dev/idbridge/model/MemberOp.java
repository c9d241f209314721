package dev.idbridge.model;

import java.util.List;

/**
 * One step on a group's members, compiled to row operations: no step needs the group's other
 * members, except {@link Replace}, which names them all.
 *
 * <p>Ids are resource ids as the client sent them, in order, without repetition. One that names no
 * live user or group of the directory is skipped and reported, it never fails the others.
 */
public sealed interface MemberOp {
  /** Adds these; one that is a member already is asserted again and otherwise left alone. */
  record Add(List<String> ids) implements MemberOp {
    public Add {
      ids = List.copyOf(ids);
    }
  }

  /** Removes these; one that is no member is left alone. */
  record Remove(List<String> ids) implements MemberOp {
    public Remove {
      ids = List.copyOf(ids);
    }
  }

  /** Removes every member. */
  record RemoveAll() implements MemberOp {}

  /** Makes these, and only these, the members. */
  record Replace(List<String> ids) implements MemberOp {
    public Replace {
      ids = List.copyOf(ids);
    }
  }
}
