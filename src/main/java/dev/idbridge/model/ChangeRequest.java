package dev.idbridge.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change with everything the change record says about it.
 *
 * @param directory id of the directory
 * @param change what is asked
 * @param by who asks
 * @param ifMatch the version the resource must have, or null
 * @param apps ids of the apps that follow this directory: their lanes are made due with the change
 */
public record ChangeRequest(
    long directory, ResourceChange change, Actor by, @Nullable Long ifMatch, List<Integer> apps) {
  public ChangeRequest {
    apps = List.copyOf(apps);
  }

  public ChangeRequest withApps(List<Integer> chosen) {
    return new ChangeRequest(directory, change, by, ifMatch, chosen);
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
