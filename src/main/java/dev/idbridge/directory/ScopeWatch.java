package dev.idbridge.directory;

import dev.idbridge.model.Resource;

/**
 * Tells whether somebody loses an account by what a change says of the user alone, which only who
 * knows the apps' conditions can tell. Asked inside a transaction: quick, and without a query.
 * Thread-safe.
 */
@FunctionalInterface
public interface ScopeWatch {
  /** Where no scope depends on what users say. */
  ScopeWatch NONE = (app, before, after) -> false;

  /** Whether the user was in the app's scope before, and is not after. */
  boolean leaves(int app, Resource.User before, Resource.User after);
}
