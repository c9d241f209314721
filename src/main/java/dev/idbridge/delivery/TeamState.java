package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Seen;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.MemberLook;
import dev.idbridge.ledger.MemberWork;
import dev.idbridge.ledger.NamedTeams.NamedTeam;
import dev.idbridge.ledger.TeamSources;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a team delivery knows within its claim. */
final class TeamState {
  /** The intent of an earlier claim was looked at. */
  boolean started;

  /** The lane's group; null for a team that rules name. */
  @Nullable Target group;

  /** The team as rules name it; null for a group's own. */
  @Nullable NamedTeam named;

  /** The group's teams as they are noted. */
  List<TeamSources.Own> own = List.of();

  /** The team that the group is in the app now, or null; decided once per claim. */
  @Nullable Long routed;

  /** Why nobody can tell whether the group is this team; it stays, and loses who left the group. */
  @Nullable EvaluationFailed unclear;

  /** Teams that it may stand under, where the app has places; the oldest first. */
  List<Long> places = List.of();

  /** The team it is being put under, 0 for the root. */
  long parent;

  boolean moved;

  /** The team that it could not be put under yet, 0 for none. */
  long waitsFor;

  @Nullable Link link;
  boolean absent;
  @Nullable Seen intent;

  /** The name which an earlier claim's create was to give, when it is another one now. */
  @Nullable String intentName;

  boolean refused;
  boolean vanished;

  /** The team was asked for by its id in this claim, and is there, or cannot be asked for. */
  boolean there;

  boolean renamed;
  boolean expanded;

  /** No group is this team any more: all members of ours leave. */
  boolean leaving;

  /** The team was looked at after something was not found in it. */
  boolean checked;

  /** The rows of the call under way. */
  List<MemberWork> page = List.of();

  /** Accounts whose add was begun in this claim: nothing was interrupted in between. */
  final Set<Long> begun = new HashSet<>();

  final Slice slice = new Slice();

  @Nullable String refusedRename;

  /** A look asked for the team by its name, and did not find it. */
  boolean nameSeen;

  boolean missing;

  /** The memberships that are looked at. */
  List<MemberLook> looks = List.of();

  /** Memberships that this delivery noted to be looked at. */
  int noted;
}
