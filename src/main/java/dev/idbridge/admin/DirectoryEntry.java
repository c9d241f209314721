package dev.idbridge.admin;

import dev.idbridge.model.JitSettings;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * @param mode SCIM, JIT or MANUAL
 * @param basePath where its IdP sends to, below the intake's address
 * @param dialect the one that counts: pinned, else heard, else {@code rfc}
 * @param heardDialect recognised in requests so far; null before the first recognition
 * @param removeAllMembers what becomes of a removal of members that names none: honour or refuse
 * @param unknownAttributes what becomes of attributes that no schema knows: ignore, keep or refuse
 * @param settings as they are set, {@code auto} included, by the names that {@code directory set}
 *     takes
 * @param idpLastSeen when its identity provider was last let in, to the minute; null for never
 * @param jit whose ID tokens count in mode JIT; null when nobody ever said
 */
public record DirectoryEntry(
    String name,
    String mode,
    String basePath,
    String dialect,
    @Nullable String heardDialect,
    boolean strict,
    String removeAllMembers,
    String unknownAttributes,
    Map<String, String> settings,
    @Nullable Instant idpLastSeen,
    @Nullable JitSettings jit) {
  public DirectoryEntry {
    settings = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(settings));
  }
}
