package dev.idbridge.delivery;

import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.ledger.GrantRow;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a delivery of grants knows within its claim. */
final class GrantState {
  /** Whom a change of the group concerns was made due. */
  boolean expanded;

  /** What should be was worked out, and noted in the rows. */
  boolean reconciled;

  /** The rows of the call under way. */
  List<GrantRow> page = List.of();

  /** Roles whose grant was begun in this claim: nothing was interrupted in between. */
  final Set<Role> begun = new HashSet<>();

  /** Roles that were asserted in this claim. */
  final Set<Role> asserted = new HashSet<>();

  final Slice slice = new Slice();
}
