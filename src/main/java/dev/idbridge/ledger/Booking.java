package dev.idbridge.ledger;

import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Seen;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything one step of a delivery changes in the ledger: committed as a whole, and only while the
 * lane is still leased to whoever books. Built by one thread.
 */
public final class Booking {
  final Lane lane;
  final List<SyncLine> lines = new ArrayList<>();
  final List<Trigger> triggers = new ArrayList<>();
  final List<MemberRow> members = new ArrayList<>();
  final List<MemberRow> membersGone = new ArrayList<>();
  final List<MemberLetter> memberLetters = new ArrayList<>();
  final List<Long> memberLettersSettled = new ArrayList<>();
  final List<GrantRow> grants = new ArrayList<>();
  final List<GrantRow> grantsGone = new ArrayList<>();
  final List<GrantPlan.Role> holds = new ArrayList<>();
  final List<GrantLook> grantLooks = new ArrayList<>();
  final List<GrantLook> grantsLooked = new ArrayList<>();
  final List<GrantLook> grantsUntrue = new ArrayList<>();
  LaneKind grantsOf = LaneKind.ACCOUNT;
  @Nullable LaneEnd end;
  @Nullable Link link;
  boolean newLink;
  boolean unlink;
  boolean intent;
  @Nullable Seen intentSeen;
  @Nullable String intentName;
  final List<Long> doubted = new ArrayList<>();
  final List<MemberLook> looks = new ArrayList<>();
  final List<MemberLook> looked = new ArrayList<>();
  final List<MemberLook> untrue = new ArrayList<>();
  final List<Long> doubtedTeams = new ArrayList<>();
  boolean untilGone;
  boolean unmade;
  boolean anew;
  boolean leaves;
  boolean followUp;
  String leaver = "";
  long followed;
  boolean wakeTeams;
  boolean leaveTeams;
  Priority wakePriority = Priority.NORMAL;
  final long at;

  /**
   * @param at now, milliseconds since the epoch
   */
  public Booking(Lane lane, long at) {
    this.lane = lane;
    this.at = at;
  }

  /** The lane leaves the delivery this way; without it the lane stays leased. */
  public Booking ends(LaneEnd how) {
    this.end = how;
    return this;
  }

  public Booking line(SyncLine line) {
    lines.add(line);
    return this;
  }

  public Booking triggers(Trigger trigger) {
    triggers.add(trigger);
    return this;
  }

  /** A create under this name is about to be called, after seeing this. */
  public Booking intent(Seen seen, String name) {
    this.intent = true;
    this.intentSeen = seen;
    this.intentName = name;
    return this;
  }

  /** The resource is this thing from now on. */
  public Booking links(Link fresh) {
    this.link = fresh;
    this.newLink = true;
    return this;
  }

  /** What we know of the linked thing changed. */
  public Booking relinks(Link known) {
    this.link = known;
    this.newLink = false;
    return this;
  }

  /** The thing is gone from the app, or is not ours to follow any more. */
  public Booking unlinks() {
    this.unlink = true;
    return this;
  }

  public Booking member(MemberRow row) {
    members.add(row);
    return this;
  }

  /** The row is settled and nothing of it remains in the app. */
  public Booking memberGone(MemberRow row) {
    membersGone.add(row);
    return this;
  }

  /** Whether the roles of this booking are an account's or a team's. */
  public Booking grantsOf(LaneKind kind) {
    this.grantsOf = kind;
    return this;
  }

  public Booking grant(GrantRow row) {
    grants.add(row);
    return this;
  }

  /** Nothing asks for the role, and nothing of it remains in the app. */
  public Booking grantGone(GrantRow row) {
    grantsGone.add(row);
    return this;
  }

  /** An active account holds the role: who keeps it only until one does looks again. */
  public Booking holds(GrantPlan.Role role) {
    holds.add(role);
    return this;
  }

  /** One member, or one role, needs a person. */
  public Booking letter(MemberLetter letter) {
    memberLetters.add(letter);
    return this;
  }

  /** One member is right now: its dead letter, if any, goes. */
  public Booking settled(long account) {
    memberLettersSettled.add(account);
    return this;
  }

  /** What stands for a role where a dead letter names a member. */
  public static long letterOf(GrantPlan.Role role) {
    long hash = 1125899906842597L;
    for (int i = 0; i < role.key().length(); i++) {
      hash = 31 * hash + role.key().charAt(i);
    }
    return Math.max(1, hash & Long.MAX_VALUE);
  }

  /** A membership was written, and is to be looked at. */
  public Booking look(MemberLook at) {
    looks.add(at);
    return this;
  }

  /** These are as the app said, or cannot be seen. */
  public Booking looked(List<MemberLook> right) {
    looked.addAll(right);
    return this;
  }

  /** These are not as the app said: they are asserted anew. */
  public Booking untrue(List<MemberLook> wrong) {
    untrue.addAll(wrong);
    return this;
  }

  /** A role was granted or revoked, and is to be looked at. */
  public Booking look(GrantLook at) {
    grantLooks.add(at);
    return this;
  }

  /** These roles are as the app said, or cannot be seen. */
  public Booking grantsLooked(List<GrantLook> right) {
    grantsLooked.addAll(right);
    return this;
  }

  /** These roles are not as the app said: they are granted, or revoked, anew. */
  public Booking grantsUntrue(List<GrantLook> wrong) {
    grantsUntrue.addAll(wrong);
    return this;
  }

  /** The account was not where its link says: its lane asserts everything anew. */
  public Booking doubts(long account) {
    doubted.add(account);
    return this;
  }

  /** The team was not where its link says: its lane asserts everything anew. */
  public Booking doubtsTeam(long team) {
    doubtedTeams.add(team);
    return this;
  }

  /** What the lane waits for is that the other team stands elsewhere; else, that it is there. */
  public Booking untilGone() {
    this.untilGone = true;
    return this;
  }

  /**
   * The account is another one than the one we knew: what teams held of that, they hold no longer.
   */
  public Booking anew() {
    this.anew = true;
    return this;
  }

  /** The app is to hold no such team: who waits for it goes on. */
  public Booking unmade() {
    this.unmade = true;
    return this;
  }

  /** The account appeared, or its state changed: every team it belongs to looks at it again. */
  public Booking wakesTeams(Priority priority) {
    this.wakeTeams = true;
    this.wakePriority = priority;
    return this;
  }

  /**
   * The user is to be in no team, whatever became of the account: every team that we know or
   * believe the account in looks at it again, before others. A return that was taken back before it
   * reached the account may have reached a team.
   */
  public Booking wakesTeamsLeft() {
    this.leaveTeams = true;
    this.wakePriority = Priority.LEAVER;
    return this;
  }

  /**
   * Whoever has the account loses it: what we gave it is noted, to be taken away.
   *
   * @param remoteId the account in the app
   * @param followed whether the app has a follow-up, which is noted as to be run
   */
  public Booking leaves(String remoteId, boolean followed) {
    this.leaves = true;
    this.leaver = remoteId;
    this.followUp = followed;
    return this;
  }

  /** The follow-up was run, or is not to be run any more. */
  public Booking followed(FollowUp done) {
    this.followed = done.id();
    return this;
  }

  /** A dead letter about one member of a team, or about one role by {@link #letterOf}. */
  public record MemberLetter(
      long account, String name, String action, String reason, int attempts) {}
}
