package dev.idbridge.admin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a user has, or has not, what it has in an app.
 *
 * @param account how the account came about
 * @param groups one for every group that holds the user
 * @param whyNot what stands between the app and what should be, in sentences; empty when nothing
 *     does
 */
public record Explanation(
    String user,
    String userName,
    @Nullable String directory,
    boolean active,
    String app,
    Chain account,
    List<Chain> groups,
    List<String> whyNot) {
  public Explanation {
    groups = List.copyOf(groups);
    whyNot = List.copyOf(whyNot);
  }

  /**
   * From what an identity provider asked to what an app answered.
   *
   * @param what user NAME, or the way of nesting: Ops, in Engineering
   * @param state how it stands in the app
   */
  public record Chain(String what, String state, List<Step> steps) {
    public Chain {
      steps = List.copyOf(steps);
    }
  }

  /**
   * @param step request, delivery
   * @param by who asked, of a request
   * @param request id of the request
   * @param change id of the change
   */
  public record Step(
      Instant at,
      String step,
      String text,
      @Nullable String by,
      @Nullable String request,
      @Nullable String change) {}
}
