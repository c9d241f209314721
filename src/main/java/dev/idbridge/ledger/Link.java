package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Origin;

/**
 * Our record that a resource is a certain thing in an app.
 *
 * @param label how an operator recognises it in the app
 * @param active whether the account is usable as far as we know; always true for teams
 * @param applied what we wrote last, as JSON; empty when we never wrote
 * @param parent id of the team that we put this team under; 0 for the root, and for whatever we did
 *     not place
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
    String applied,
    long parent) {

  /** Of something that is not placed under anything. */
  public Link(
      int app,
      LaneKind kind,
      long resource,
      long directory,
      String remoteId,
      String label,
      Origin origin,
      boolean active,
      String applied) {
    this(app, kind, resource, directory, remoteId, label, origin, active, applied, 0);
  }

  /** The same thing under another id: some apps' ids change with the name. */
  public Link known(String id) {
    return new Link(app, kind, resource, directory, id, label, origin, active, applied, parent);
  }

  /** The same thing, made by whom. */
  Link made(Origin by) {
    return new Link(app, kind, resource, directory, remoteId, label, by, active, applied, parent);
  }

  public Link with(boolean nowActive, String nowApplied) {
    return new Link(
        app, kind, resource, directory, remoteId, label, origin, nowActive, nowApplied, parent);
  }

  /** The same team in another place. */
  public Link under(long team) {
    return new Link(app, kind, resource, directory, remoteId, label, origin, active, applied, team);
  }
}
