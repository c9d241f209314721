package dev.idbridge.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an app holds, or should: accounts by user name and teams by name, in words that fit any kind
 * of app. Not thread-safe.
 */
final class Holdings {
  final SortedMap<String, Account> accounts = new TreeMap<>();
  final SortedMap<String, SortedSet<String>> teams = new TreeMap<>();

  /** An account as an operator would describe it. */
  record Account(String displayName, boolean active) {
    @Override
    public String toString() {
      return "'" + displayName + "', " + (active ? "active" : "inactive");
    }
  }

  Holdings account(String userName, String displayName, boolean active) {
    accounts.put(userName, new Account(displayName, active));
    return this;
  }

  Holdings team(String name, String... members) {
    teams.put(name, new TreeSet<>(Set.of(members)));
    return this;
  }

  /** How this differs from what it should be; empty when it does not. */
  List<String> differencesFrom(Holdings expected) {
    List<String> differences = new ArrayList<>();
    compare("account", accounts, expected.accounts, differences);
    compare("team", teams, expected.teams, differences);
    return differences;
  }

  private static <T> void compare(
      String kind, Map<String, T> held, Map<String, T> expected, List<String> differences) {
    Set<String> names = new TreeSet<>(held.keySet());
    names.addAll(expected.keySet());
    for (String name : names) {
      T is = held.get(name);
      T should = expected.get(name);
      if (Objects.equals(is, should)) {
        continue;
      }
      differences.add(
          kind
              + " "
              + name
              + (is == null
                  ? " is missing"
                  : should == null ? " should not be there" : " is " + is + ", not " + should));
    }
  }
}
