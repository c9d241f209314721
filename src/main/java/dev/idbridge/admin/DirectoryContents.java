package dev.idbridge.admin;

import java.util.List;

/**
 * What a directory holds, and so what goes with it.
 *
 * @param tokens that work now
 * @param apps names of the apps that follow it
 */
public record DirectoryContents(long users, long groups, long tokens, List<String> apps) {
  public DirectoryContents {
    apps = List.copyOf(apps);
  }
}
