/**
 * Which identity provider speaks: told from User-Agents and from habits of its requests.
 *
 * <p>In: what a request says of its sender. Out: a {@code Dialect}, remembered with the directory.
 * Knows {@code model}, {@code directory} and JSON; nothing of HTTP servers or routes. What a
 * dialect changes is decided by {@code DirectorySettings}.
 */
@NullMarked
package dev.idbridge.scim.dialect;

import org.jspecify.annotations.NullMarked;
