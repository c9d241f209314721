package dev.idbridge.admin;

import dev.idbridge.admin.Explanation.Step;
import dev.idbridge.directory.Chains;
import dev.idbridge.directory.Names;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Standings;
import dev.idbridge.ledger.Standings.Place;
import dev.idbridge.model.Resource;
import dev.idbridge.model.Ruling;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One question about a user in an app, and what is said in answer so far. One thread. */
final class Telling {
  final String app;
  final int appId;
  final Resource.User user;
  final boolean deleted;

  /** Null where no daemon of this process has the app's file. */
  final @Nullable Ruling ruling;

  final Set<String> whyNot = new LinkedHashSet<>();
  final Set<String> notes = new LinkedHashSet<>();

  private final Standings standings;
  private final Chains chains;
  private final Names names;
  private final Clock clock;
  private final Map<Long, Chains.Change> changes = new HashMap<>();
  private final Map<Long, String> words = new HashMap<>();

  Telling(
      AppStatus app,
      int appId,
      Resource.User user,
      boolean deleted,
      @Nullable Ruling ruling,
      Standings standings,
      Chains chains,
      Names names,
      Clock clock) {
    this.app = app.name();
    this.appId = appId;
    this.user = user;
    this.deleted = deleted;
    this.ruling = ruling;
    this.standings = standings;
    this.chains = chains;
    this.names = names;
    this.clock = clock;
  }

  /** Whether the directory wants the user to have an account that can be used. */
  boolean usable() {
    return !deleted && user.active() && (ruling == null || ruling.outside().isEmpty());
  }

  void but(String sentence) {
    whyNot.add(sentence);
  }

  void note(String sentence) {
    notes.add(sentence);
  }

  /** Reads these changes, so that they can be told. */
  void know(Collection<Long> causes) {
    Set<Long> unknown = new HashSet<>(causes);
    unknown.removeAll(changes.keySet());
    unknown.remove(0L);
    Map<Long, Chains.Change> found = chains.changes(unknown);
    changes.putAll(found);
    Set<Long> groups = new HashSet<>();
    for (Chains.Change change : found.values()) {
      if (change.type().equals("Group")) {
        groups.add(change.resource());
      }
    }
    words.putAll(names.of(groups));
  }

  void know(Chains.Change change) {
    changes.put(change.id(), change);
  }

  /** Who asked for a change, once in a chain; nothing when its record is gone. */
  void request(List<Step> steps, long cause) {
    Chains.Change change = changes.get(cause);
    String id = Long.toString(cause);
    if (change == null
        || steps.stream().anyMatch(s -> s.step().equals("request") && id.equals(s.change()))) {
      return;
    }
    String about =
        change.resource() == user.id() || !change.type().equals("Group")
            ? ""
            : " of group " + words.getOrDefault(change.resource(), "" + change.resource());
    steps.add(
        new Step(
            change.at(),
            "request",
            change.action() + about + (change.detail().isEmpty() ? "" : ": " + change.detail()),
            change.actor().isEmpty() ? null : change.actor(),
            change.request().isEmpty() ? null : change.request(),
            id));
  }

  void rule(List<Step> steps, String text) {
    steps.add(new Step(null, "rule", text, null, null, null));
  }

  /** What was done in the app, and what it answered. */
  static void delivery(List<Step> steps, SyncLogLine line) {
    steps.add(
        new Step(
            line.at(),
            "delivery",
            line.action()
                + " "
                + line.result()
                + (line.attempt() > 1 ? " at attempt " + line.attempt() : "")
                + (line.remote() == null ? "" : ", " + line.remote())
                + (line.reason() == null ? "" : ": " + line.reason()),
            null,
            null,
            line.lastCause()));
  }

  /** What led to a line, and the line. */
  void all(List<Step> steps, @Nullable SyncLogLine line) {
    if (line != null) {
      for (long cause : causes(line)) {
        request(steps, cause);
      }
      delivery(steps, line);
    }
  }

  static List<Long> causes(@Nullable SyncLogLine line) {
    List<Long> causes = new ArrayList<>();
    if (line != null && line.firstCause() != null) {
      causes.add(Long.parseLong(line.firstCause()));
    }
    if (line != null && line.lastCause() != null) {
      causes.add(Long.parseLong(line.lastCause()));
    }
    return causes;
  }

  /** What holds a lane up, in a sentence; empty when nothing does. */
  String lane(String what, Place at) {
    String because = at.reason().isEmpty() ? "" : ": " + at.reason();
    return switch (at.state()) {
      case "due" ->
          at.dueAt() > clock.millis()
              ? what + " is delivered at " + time(at.dueAt()) + because
              : what + " is to be delivered since " + time(at.since()) + " and its turn comes";
      case "leased" -> what + " is being delivered now";
      case "backoff" ->
          what
              + " failed"
              + (at.attempts() > 0 ? " " + times(at.attempts()) : "")
              + (at.failingSince() == 0 ? "" : " since " + time(at.failingSince()))
              + because
              + "; it is tried again at "
              + time(at.dueAt())
              + ", or now by: idbridge app provision --user "
              + user.userName()
              + " --app "
              + app;
      case "waiting" -> what + " waits" + because + blocker(at);
      case "held" -> what + " is held back until somebody approves it" + because;
      case "dead" -> what + " was given up" + because + letter(at.kind(), at.target(), 0);
      case "detached" ->
          what
              + " was cut off from its group ("
              + at.reason()
              + "): its members stay as they are until it is attached again: idbridge group attach";
      default -> "";
    };
  }

  private String blocker(Place waits) {
    LaneKind kind = waits.blocker();
    if (kind == null || waits.blockerId() == 0) {
      return "";
    }
    Place place = standings.place(appId, kind, waits.blockerId());
    String called = names.of(Set.of(waits.blockerId())).get(waits.blockerId());
    String name =
        called != null
            ? called
            : place.label().isEmpty() ? Long.toString(waits.blockerId()) : place.label();
    String what = kind.word() + " " + name;
    if (place.state().equals("waiting")) {
      return "; it waits for " + what + ", which waits itself: " + place.reason();
    }
    String held = lane("that", place);
    return "; it waits for " + what + (held.isEmpty() ? ", which is done" : "; " + held);
  }

  /** How to see a dead letter; empty when there is none. */
  String letter(LaneKind kind, long target, long member) {
    long id = standings.letter(appId, kind, target, member);
    return id == 0 ? "" : "; dead letter " + id + ": idbridge dead-letters show " + id;
  }

  static String times(int count) {
    return count == 1 ? "once" : count + " times";
  }

  static String time(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
