package dev.idbridge.directory;

import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.SyncLine.Outcome;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Ids;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceType;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a request asks of a group's members, reduced to "these in, these out" or "these and nobody
 * else". Refusals come from {@link #of}, before anything is touched.
 */
final class MemberStep {
  private static final int MOST_LINES = 1_000;

  private final WriteBatch batch;
  private final ChangeRequest request;
  private final Held group;

  /** Id to in (true) or out (false), in the order first named. */
  private final Map<Long, Boolean> wanted = new LinkedHashMap<>();

  /** References that name nobody: to come in (true) or go out (false). */
  private final Map<String, Boolean> unknown = new LinkedHashMap<>();

  /** References that name somebody otherwise than by id. */
  private final Map<String, String> resolved = new LinkedHashMap<>();

  private boolean nobodyElse;
  private int added;
  private int removed;

  /** Named again after a reactivation. */
  private int renewed;

  private MemberStep(WriteBatch batch, ChangeRequest request, Held group) {
    this.batch = batch;
    this.request = request;
    this.group = group;
  }

  static MemberStep of(WriteBatch batch, ChangeRequest request, Held group, List<MemberOp> ops)
      throws SQLException, ChangeRefused {
    MemberStep step = new MemberStep(batch, request, group);
    for (MemberOp op : ops) {
      switch (op) {
        case MemberOp.Add add -> step.want(add.ids(), true);
        case MemberOp.Remove remove -> step.want(remove.ids(), false);
        case MemberOp.RemoveAll everyone -> step.forget();
        case MemberOp.Replace replace -> {
          step.forget();
          step.want(replace.ids(), true);
        }
      }
    }
    step.checkNesting();
    return step;
  }

  /** Whether a request sets the members as a whole, so that the group's size counts. */
  static boolean wholesale(List<MemberOp> ops) {
    return ops.stream()
        .anyMatch(op -> op instanceof MemberOp.RemoveAll || op instanceof MemberOp.Replace);
  }

  private void forget() {
    wanted.clear();
    unknown.clear();
    nobodyElse = true;
  }

  private void want(List<String> ids, boolean in) throws ChangeRefused {
    for (String ref : ids) {
      Long id = batch.member(request, ref);
      if (in && (id != null ? id == group.id : ref.equals(Long.toString(group.id)))) {
        throw new ChangeRefused(
            Reason.INVALID_VALUE,
            "group " + ref + " cannot be a member of itself; leave its own id out");
      }
      if (id == null) {
        if (in && request.strict()) {
          throw new ChangeRefused(
              Reason.INVALID_VALUE,
              "member "
                  + ref
                  + " names no user or group of this directory; create it first, or leave it out");
        }
        unknown.remove(ref);
        unknown.put(ref, in);
      } else {
        wanted.put(id, in);
        String publicId = Long.toString(id);
        if (!publicId.equals(ref)) {
          resolved.put(ref, publicId);
        }
      }
    }
  }

  private void checkNesting() throws SQLException, ChangeRefused {
    Set<Long> groups = new HashSet<>();
    wanted.forEach(
        (id, in) -> {
          if (in && batch.typeOf(group.directory, id) == ResourceType.GROUP) {
            groups.add(id);
          }
        });
    if (!groups.isEmpty() && !group.fresh) {
      Nesting.check(batch.connection, group.id, groups, batch.changedMembers);
    }
  }

  /** Applies it: in memory for named members, page by page for "nobody else". */
  void apply(long version, long cause) throws SQLException {
    park();
    if (nobodyElse && !group.fresh) {
      replace(version, cause);
      return;
    }
    wanted.forEach((id, in) -> turn(id, in, version, cause));
  }

  /**
   * Whoever is not there yet may come; whoever was deleted comes under another id. Whoever is there
   * may still be waited for, when it came just now or many groups wait for it: what is said of it
   * here counts from now on.
   */
  private void park() {
    if (nobodyElse && !group.fresh) {
      batch.parked.takeBackAll(group.id);
    } else if (!group.fresh) {
      resolved.keySet().forEach(ref -> batch.parked.takeBack(group.id, group.directory, ref));
      wanted.forEach(
          (id, in) -> {
            if (!in) {
              batch.parked.left(group.id, id);
            }
          });
    }
    unknown.forEach(
        (ref, in) -> {
          if (!in) {
            batch.parked.takeBack(group.id, group.directory, ref);
          } else if (parkable(ref)) {
            batch.parked.park(
                new ParkedMembers.Parked(group.id, ref, group.directory, batch.now, request.by()));
          }
        });
  }

  private boolean parkable(String ref) {
    return ref.length() <= ParkedMembers.LONGEST && !batch.wasDeleted(request, ref);
  }

  private void turn(long id, boolean in, long version, long cause) {
    MemberRows.Key key = new MemberRows.Key(group.id, id);
    MemberRows.Row before = batch.members.get(key);
    boolean was = before != null && before.present();
    ResourceType type = batch.typeOf(group.directory, id);
    if (type == null) {
      throw new IllegalStateException("member " + id + " was checked before");
    }
    MemberRows.Row after;
    if (in && before != null && before.present() && before.outdated()) {
      after = MemberRows.changed(before, type, true, version, cause);
      renewed++;
    } else if (in && before != null && before.present()) {
      after = new MemberRows.Row(before.type(), true, before.version(), cause, before.cause());
    } else if (in != was) {
      after = MemberRows.changed(before, type, in, version, cause);
      added += in ? 1 : 0;
      removed += in ? 0 : 1;
    } else {
      return;
    }
    if (after != null) {
      batch.members.put(key, after);
      batch.changedMembers.put(key, after);
    }
  }

  private void replace(long version, long cause) throws SQLException {
    Set<Long> missing = new LinkedHashSet<>();
    wanted.forEach(
        (id, in) -> {
          if (in) {
            missing.add(id);
          }
        });
    long beyond = 0;
    for (List<Long> page = MemberRows.page(batch.connection, group.id, beyond);
        !page.isEmpty();
        page = MemberRows.page(batch.connection, group.id, beyond)) {
      List<Long> leaving =
          page.stream().filter(id -> !Boolean.TRUE.equals(wanted.get(id))).toList();
      MemberRows.remove(batch.connection, group.id, leaving, version, cause);
      removed += leaving.size();
      if (leaving.size() < page.size()) {
        renewed +=
            MemberRows.renew(
                batch.connection, group.id, page.getFirst(), page.getLast(), version, cause);
        MemberRows.assertAgain(batch.connection, group.id, page.getFirst(), page.getLast(), cause);
      }
      page.forEach(missing::remove);
      beyond = page.getLast();
    }
    for (long id : missing) {
      ResourceType type = batch.typeOf(group.directory, id);
      if (type != null) {
        batch.changedMembers.put(
            new MemberRows.Key(group.id, id),
            new MemberRows.Row(type, true, version, cause, cause));
        added++;
      }
    }
  }

  boolean effective() {
    return added > 0 || removed > 0 || renewed > 0;
  }

  int added() {
    return added;
  }

  int removed() {
    return removed;
  }

  List<String> skipped() {
    return List.copyOf(unknown.keySet());
  }

  Map<String, String> resolved() {
    return resolved;
  }

  /** One line for each member that names nobody. */
  void logSkipped(long cause) {
    int left = MOST_LINES;
    for (Map.Entry<String, Boolean> entry : unknown.entrySet()) {
      String ref = entry.getKey();
      String reason = "member " + ref + " " + fate(ref, entry.getValue());
      if (--left == 0) {
        reason = reason + "; so it is with " + (unknown.size() - MOST_LINES) + " more";
      }
      batch.log(
          SyncLine.in(
                  batch.now,
                  group.directory,
                  entry.getValue() ? Action.MEMBER_ADD : Action.MEMBER_REMOVE,
                  ResourceType.GROUP.word(),
                  group.id,
                  group.name(),
                  Outcome.SKIPPED,
                  reason,
                  cause,
                  request.by(),
                  200,
                  "")
              .about(Ids.parse(ref).orElse(0)));
      if (left == 0) {
        return;
      }
    }
  }

  private String fate(String ref, boolean in) {
    if (!in) {
      return "names no live user or group of this directory, so there is nobody to remove";
    }
    if (batch.wasDeleted(request, ref)) {
      return "was deleted; whoever comes instead has another id";
    }
    return parkable(ref)
        ? "names no live user or group of this directory yet: parked until one arrives under this"
            + " externalId or userName"
        : "names no live user or group of this directory and is too long to be waited for";
  }
}
