package dev.idbridge.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can ask about groups, and do to their teams. Groups are named by id or display
 * name. Thread-safe; failures are those of {@link AdminOperations}.
 */
public interface GroupOperations {

  /** One page of a directory's groups, the oldest first. */
  Page<Entry> list(String directory, PageRequest page);

  Detail show(String directory, String group);

  /** One page of who is in the group, direct members first, then those of the groups below. */
  Page<Member> members(String directory, String group, PageRequest page);

  /**
   * The group and the groups below it, depth first.
   *
   * @param most nodes, 1 to {@link PageRequest#MOST}
   */
  List<Node> tree(String directory, String group, int most);

  /** Cuts the group's team in an app off from the group, or joins it again. */
  Done act(String directory, String group, Act act);

  record Entry(String id, String displayName, long version) {}

  /**
   * @param users how many users are direct members
   * @param groups how many groups are direct members
   * @param parents the groups that hold it directly, the first hundred
   * @param children the groups it holds directly, the first hundred
   */
  record Detail(
      String id,
      String displayName,
      String directory,
      long version,
      long users,
      long groups,
      List<Entry> parents,
      List<Entry> children,
      List<Team> teams) {
    public Detail {
      parents = List.copyOf(parents);
      children = List.copyOf(children);
      teams = List.copyOf(teams);
    }
  }

  /**
   * The group's team in an app.
   *
   * @param remoteId null while it is not in the app
   * @param state of its lane; detached when it was cut off
   * @param shared whether rules map other groups to it, too
   */
  record Team(
      String app,
      @Nullable String remoteId,
      @Nullable String label,
      String state,
      boolean shared,
      @Nullable String reason) {}

  /**
   * A user in the group, once for each group that brings him.
   *
   * @param type direct or indirect
   * @param through the group that names him
   */
  record Member(
      String user, String userName, String type, String through, String throughDisplayName) {}

  /**
   * @param under the group it stands under here; null for the one asked for
   */
  record Node(String id, String displayName, int depth, @Nullable String under) {}

  /**
   * @param act detach or attach
   */
  record Act(String act, String app) {
    public Act {
      if (act == null || app == null) {
        throw AdminRefused.invalid("act (detach or attach) and app are needed");
      }
    }
  }
}
