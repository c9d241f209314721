package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One thing a PATCH does to one attribute or to a whole extension.
 *
 * @param target never {@link Target.Whole}
 * @param value null only for a removal without a value
 */
record PatchStep(Kind kind, Target target, @Nullable JsonNode value) {
  enum Kind {
    ADD,
    REMOVE,
    REPLACE
  }
}
