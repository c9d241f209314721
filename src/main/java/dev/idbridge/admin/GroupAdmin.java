package dev.idbridge.admin;

import dev.idbridge.admin.AdminRefused.Kind;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.GroupReads;
import dev.idbridge.directory.GroupReads.Group;
import dev.idbridge.ledger.Detachments;
import dev.idbridge.ledger.Detachments.Place;
import java.util.List;

/** Answers about groups from the store of this process. Thread-safe. */
public final class GroupAdmin implements GroupOperations {
  private static final int FEW = 100;

  private final Directories directories;
  private final GroupReads reads;
  private final Detachments detachments;
  private final Runnable due;
  private final String by;

  /**
   * @param due called after a lane was made due
   * @param by who acts, for the change record
   */
  public GroupAdmin(
      Directories directories, GroupReads reads, Detachments detachments, Runnable due, String by) {
    this.directories = directories;
    this.reads = reads;
    this.detachments = detachments;
    this.due = due;
    this.by = by;
  }

  @Override
  public Page<Entry> list(String directory, PageRequest page) {
    long beyond = number(page.after(), "after");
    return Page.of(
        reads.list(directory(directory), beyond, page.limit() + 1),
        page.limit(),
        GroupAdmin::entry,
        group -> Long.toString(group.id()));
  }

  @Override
  public Detail show(String directory, String group) {
    Group found = find(directory, group);
    GroupReads.Counts counts = reads.count(found.id());
    return new Detail(
        Long.toString(found.id()),
        found.displayName(),
        directory,
        found.version(),
        counts.users(),
        counts.groups(),
        reads.parents(found.id(), FEW).stream().map(GroupAdmin::entry).toList(),
        reads.children(found.id(), 0, FEW).stream().map(GroupAdmin::entry).toList(),
        detachments.places(found.id()).stream().map(GroupAdmin::team).toList());
  }

  @Override
  public Page<Member> members(String directory, String group, PageRequest page) {
    Group found = find(directory, group);
    long through = 0;
    long beyond = 0;
    String after = page.after();
    if (after != null) {
      int dot = after.indexOf('.');
      through = number(dot < 0 ? "x" : after.substring(0, dot), "after");
      beyond = number(after.substring(dot + 1), "after");
    }
    return Page.of(
        reads.members(found.id(), through, beyond, page.limit() + 1),
        page.limit(),
        member ->
            new Member(
                Long.toString(member.user()),
                member.userName(),
                member.through() == found.id() ? "direct" : "indirect",
                Long.toString(member.through()),
                member.throughName()),
        member -> member.through() + "." + member.user());
  }

  @Override
  public List<Node> tree(String directory, String group, int most) {
    Group found = find(directory, group);
    int limit = new PageRequest(most, null).limit();
    return reads.tree(found.id(), found.displayName(), limit).stream()
        .map(
            node ->
                new Node(
                    Long.toString(node.id()),
                    node.displayName(),
                    node.depth(),
                    node.under() == 0 ? null : Long.toString(node.under())))
        .toList();
  }

  @Override
  public Done act(String directory, String group, Act act) {
    if (!act.act().equals("detach") && !act.act().equals("attach")) {
      throw AdminRefused.invalid("act is '" + act.act() + "', must be detach or attach");
    }
    Group found = find(directory, group);
    List<Place> places = detachments.places(found.id());
    List<String> there =
        places.stream().filter(one -> !one.remoteId().isEmpty()).map(Place::appName).toList();
    Place place =
        places.stream()
            .filter(one -> one.appName().equals(act.app()))
            .findFirst()
            .orElseThrow(
                () ->
                    AdminRefused.notFound(
                        "group '"
                            + found.displayName()
                            + "' has no team in an app '"
                            + act.app()
                            + "'; "
                            + (there.isEmpty()
                                ? "it has none in any app"
                                : "there is " + String.join(", ", there))));
    boolean detach = act.act().equals("detach");
    Detachments.Result result =
        detach
            ? detachments.detach(place.app(), place.team(), found.id(), by)
            : detachments.attach(place.app(), place.team(), found.id(), by);
    String team = "team '" + place.label() + "' of app " + act.app();
    return switch (result) {
      case NO_TEAM ->
          throw AdminRefused.notFound(
              "group '" + found.displayName() + "' is not in app " + act.app() + " yet");
      case ALREADY ->
          throw new AdminRefused(
              Kind.CONFLICT, team + (detach ? " is detached already" : " is not detached"));
      case DONE -> {
        if (detach) {
          yield new Done(
              team
                  + " is detached: its members stay as they are, its roles stay and can be edited"
                  + (place.named() ? "; that holds for all groups that rules map to it" : ""));
        }
        due.run();
        yield new Done(
            team + " follows its groups again: all its members are compared and asserted");
      }
    };
  }

  private static Entry entry(Group group) {
    return new Entry(Long.toString(group.id()), group.displayName(), group.version());
  }

  private static Team team(Place place) {
    return new Team(
        place.appName(),
        place.remoteId().isEmpty() ? null : place.remoteId(),
        place.label().isEmpty() ? null : place.label(),
        place.state(),
        place.named(),
        place.reason().isEmpty() ? null : place.reason());
  }

  private static long number(@org.jspecify.annotations.Nullable String text, String what) {
    if (text == null) {
      return 0;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw AdminRefused.invalid(
          what + " is '" + text + "', which is not from a page before; leave it out");
    }
  }

  private Group find(String directory, String group) {
    return reads
        .find(directory(directory), group)
        .orElseThrow(
            () ->
                AdminRefused.notFound(
                    "there is no group '"
                        + group
                        + "' in directory '"
                        + directory
                        + "'; group list shows them, as soon as the identity provider has pushed"
                        + " them"));
  }

  private long directory(String name) {
    return directories
        .find(name)
        .orElseThrow(
            () -> AdminRefused.notFound("there is no directory '" + name + "'; see directory list"))
        .id();
  }
}
