package dev.idbridge.delivery;

import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.ledger.GrantLook;
import dev.idbridge.ledger.GrantRow;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a delivery of grants knows within its claim. */
final class GrantState {
  /** Whom a change of the group concerns was made due. */
  boolean expanded;

  /** Every role that the account holds as the app shows; null where it was not asked. */
  @Nullable Set<Role> listed;

  /** Why the app did not say what the account holds: nothing was taken away for it. */
  Outcome.@Nullable Failure unlisted;

  /** What was granted or revoked and is looked at now. */
  List<GrantLook> looks = List.of();

  /** What should be was worked out, and noted in the rows. */
  boolean reconciled;

  /** The rows of the call under way. */
  List<GrantRow> page = List.of();

  /** Roles whose grant was begun in this claim: nothing was interrupted in between. */
  final Set<Role> begun = new HashSet<>();

  /** Roles that were asserted in this claim. */
  final Set<Role> asserted = new HashSet<>();

  /** Roles to be revoked once it is certain that another account holds them. */
  final Deque<GrantRow> guarded = new ArrayDeque<>();

  /** Those who hold the first of {@link #guarded} as we know, and were not asked about yet. */
  @Nullable Deque<String> asked;

  /** Who holds the first of {@link #guarded} as the app shows; null before it was asked. */
  @Nullable Set<String> shown;

  final Slice slice = new Slice();
}
