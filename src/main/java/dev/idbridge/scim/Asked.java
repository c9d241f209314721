package dev.idbridge.scim;

import dev.idbridge.directory.Search;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list as a request asks for it.
 *
 * @param search for the store of record
 * @param startIndex of an index page, 1-based
 * @param question what a cursor is bound to, null for an index page
 */
record Asked(Search search, int startIndex, @Nullable String question) {}
