package dev.idbridge.model;

import java.util.List;

/**
 * A PATCH on a resource's own attributes, compiled and typed before anything is written (RFC 7644
 * section 3.5.2). Pure: applying it has no effect but its result, so a refused operation leaves
 * everything as it was.
 *
 * <p>Implemented by {@code normalise}, applied by {@code directory} on the locked resource.
 */
@FunctionalInterface
public interface AttributePatch {

  /** A patch that changes nothing. */
  AttributePatch NOTHING = current -> current;

  /**
   * The attributes after all operations, in order, each on the result of the one before. Equal to
   * the input when nothing changes.
   *
   * @throws ChangeRefused when an operation does not fit the current value (no target, immutable)
   */
  Attributes applyTo(Attributes current) throws ChangeRefused;

  /** All of these, one after the other. */
  static AttributePatch inOrder(List<AttributePatch> patches) {
    List<AttributePatch> own = List.copyOf(patches);
    return current -> {
      Attributes next = current;
      for (AttributePatch patch : own) {
        next = patch.applyTo(next);
      }
      return next;
    };
  }
}
