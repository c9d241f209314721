package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Origin;

/**
 * Our record that a resource is a certain thing in an app.
 *
 * @param label how an operator recognises it in the app
 * @param active whether the account is usable as far as we know; always true for teams
 * @param applied what we wrote last, as JSON; empty when we never wrote
 */
public record Link(
    int app,
    LaneKind kind,
    long resource,
    long directory,
    String remoteId,
    String label,
    Origin origin,
    boolean active,
    String applied) {

  /** The same thing under another id: some apps' ids change with the name. */
  public Link known(String id) {
    return new Link(app, kind, resource, directory, id, label, origin, active, applied);
  }

  /** The same thing, made by whom. */
  Link made(Origin by) {
    return new Link(app, kind, resource, directory, remoteId, label, by, active, applied);
  }

  public Link with(boolean nowActive, String nowApplied) {
    return new Link(app, kind, resource, directory, remoteId, label, origin, nowActive, nowApplied);
  }
}
