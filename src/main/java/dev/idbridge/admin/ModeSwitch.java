package dev.idbridge.admin;

import org.jspecify.annotations.Nullable;

/**
 * A directory in its new mode.
 *
 * @param revoked how many tokens ended with the switch
 * @param token the new one, when the directory takes SCIM requests now
 */
public record ModeSwitch(DirectoryEntry directory, int revoked, @Nullable NewToken token) {}
