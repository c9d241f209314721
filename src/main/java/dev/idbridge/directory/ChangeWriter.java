package dev.idbridge.directory;

import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import java.util.concurrent.CompletableFuture;

/**
 * The one write path of users and groups. Resource, members, change record, sync-log line and due
 * lanes are one transaction; concurrent writers share commits. Thread-safe.
 */
public interface ChangeWriter {

  /**
   * Makes a change durable. The future completes after the commit, on a thread that must not be
   * blocked; reads that start after it see the change.
   *
   * <p>It fails with {@link dev.idbridge.model.ChangeRefused} when the change does not fit (nothing
   * is stored; the requests that shared its commit are not affected), or with {@link
   * dev.idbridge.model.StoreUnavailable} when the database cannot be used. Deadlocks and lock waits
   * are retried inside.
   */
  CompletableFuture<Committed> write(ChangeRequest request);

  /**
   * Puts a line about a write that never reached {@link #write} into the sync log; returns at once,
   * best effort. What {@code write} itself refuses has its line already.
   */
  void refused(RefusedWrite write);
}
