package dev.idbridge.model;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One change with everything the change record says about it.
 *
 * @param directory id of the directory
 * @param change what is asked
 * @param by who asks
 * @param ifMatch versions of which the resource must have one, or null for any
 * @param following tells ids of the apps that follow this directory: their lanes are made due with
 *     the change. Asked as late as can be, so that an app that came while a long change was under
 *     way is among them
 * @param strict whether a member that the directory does not know refuses the change, instead of
 *     waiting for it
 * @param ignored names of attributes that were sent and left out; told in the sync log
 */
public record ChangeRequest(
    long directory,
    ResourceChange change,
    Actor by,
    @Nullable Set<Long> ifMatch,
    Supplier<List<Integer>> following,
    boolean strict,
    List<String> ignored) {
  public ChangeRequest {
    ignored = List.copyOf(ignored);
    ifMatch = ifMatch == null ? null : Set.copyOf(ifMatch);
  }

  /** A change read leniently, of which nothing was left out. */
  public ChangeRequest(
      long directory,
      ResourceChange change,
      Actor by,
      @Nullable Set<Long> ifMatch,
      List<Integer> apps) {
    this(directory, change, by, ifMatch, () -> apps, false, List.of());
  }

  public ChangeRequest withApps(Supplier<List<Integer>> chosen) {
    return new ChangeRequest(directory, change, by, ifMatch, chosen, strict, ignored);
  }

  /** Ids of the apps that follow the directory now. */
  public List<Integer> apps() {
    return following.get();
  }

  /**
   * Who asks, and how.
   *
   * @param token id of the bearer token, 0 for an act on the command line
   * @param name the token's or administrator's name
   * @param requestId carried end to end, in logs and the change record
   * @param address the client's address as far as trusted proxies tell it
   */
  public record Actor(long token, String name, String requestId, String address) {}
}
