package dev.idbridge.ledger;

/**
 * Something happened that a lane must look at.
 *
 * @param cause id of the change record that asks for it
 * @param at now, milliseconds since the epoch
 */
public record Trigger(
    int app, LaneKind kind, long target, long directory, long cause, long at, Priority priority) {}
