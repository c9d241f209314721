package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Seen;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.MemberLook;
import dev.idbridge.ledger.MemberWork;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a team delivery knows within its claim. */
final class TeamState {
  /** The intent of an earlier claim was looked at. */
  boolean started;

  @Nullable Target group;
  @Nullable Link link;
  boolean absent;
  @Nullable Seen intent;

  /** The name which an earlier claim's create was to give, when it is another one now. */
  @Nullable String intentName;

  boolean refused;
  boolean vanished;
  boolean renamed;
  boolean expanded;

  /** The team was looked at after something was not found in it. */
  boolean checked;

  /** The rows of the call under way. */
  List<MemberWork> page = List.of();

  /** Accounts whose add was begun in this claim: nothing was interrupted in between. */
  final Set<Long> begun = new HashSet<>();

  /** Items per call: halved when the app refuses a batch whole, doubled when it takes one. */
  int slice;

  @Nullable String refusedRename;

  /** A look asked for the team by its name, and did not find it. */
  boolean nameSeen;

  boolean missing;

  /** The memberships that are looked at. */
  List<MemberLook> looks = List.of();

  /** Memberships that this delivery noted to be looked at. */
  int noted;
}
