package dev.idbridge.admin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a user has, or has not, what it has in an app.
 *
 * @param account how the account came about
 * @param groups one for every group that holds the user, and for every team that has it without
 * @param roles one for every role that the account, or a team that it is in, holds or should hold
 * @param whyNot what stands between the app and what should be, in sentences; empty when nothing
 *     does
 * @param notes what to know when reading this: what was left out, and where to look
 */
public record Explanation(
    String user,
    String userName,
    @Nullable String directory,
    boolean active,
    String app,
    Chain account,
    List<Chain> groups,
    List<Chain> roles,
    List<String> whyNot,
    List<String> notes) {
  public Explanation {
    groups = List.copyOf(groups);
    roles = List.copyOf(roles);
    whyNot = List.copyOf(whyNot);
    notes = List.copyOf(notes);
  }

  /**
   * From what an identity provider asked to what an app answered.
   *
   * @param what user NAME, a role, or the way of nesting: Ops, in Engineering
   * @param held whether it is there in the app, as far as is known
   * @param state how it stands in the app, in words
   */
  public record Chain(String what, boolean held, String state, List<Step> steps) {
    public Chain {
      steps = List.copyOf(steps);
    }
  }

  /**
   * @param at null for a rule, which holds at any time
   * @param step request, rule or delivery
   * @param by who asked, of a request: the token's name, or the administrator's
   * @param request id of the request
   * @param change id of the change
   */
  public record Step(
      @Nullable Instant at,
      String step,
      String text,
      @Nullable String by,
      @Nullable String request,
      @Nullable String change) {}
}
