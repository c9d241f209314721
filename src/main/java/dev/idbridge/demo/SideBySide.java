package dev.idbridge.demo;

import dev.idbridge.demo.Holdings.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What two apps hold, as columns for people. */
record SideBySide(String leftName, Holdings left, String rightName, Holdings right) {

  @Override
  public String toString() {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"ACCOUNT", leftName, rightName});
    SortedSet<String> interns = new TreeSet<>();
    for (String name : names(left.accounts.keySet(), right.accounts.keySet())) {
      if (name.startsWith("intern")) {
        interns.add(name);
        continue;
      }
      rows.add(
          new String[] {name, account(left.accounts.get(name)), account(right.accounts.get(name))});
    }
    if (!interns.isEmpty()) {
      String name = interns.first() + " and " + (interns.size() - 1) + " more";
      rows.add(new String[] {name, active(left, interns), active(right, interns)});
    }
    rows.add(new String[] {"", "", ""});
    rows.add(new String[] {"TEAM", "MEMBERS", "MEMBERS"});
    for (String name : names(left.teams.keySet(), right.teams.keySet())) {
      rows.add(new String[] {name, team(left.teams.get(name)), team(right.teams.get(name))});
    }
    return aligned(rows);
  }

  private static SortedSet<String> names(java.util.Set<String> one, java.util.Set<String> other) {
    SortedSet<String> names = new TreeSet<>(one);
    names.addAll(other);
    return names;
  }

  private static String active(Holdings app, SortedSet<String> names) {
    long active =
        names.stream()
            .map(app.accounts::get)
            .filter(account -> account != null && account.active())
            .count();
    return active + " active";
  }

  private static String account(@Nullable Account account) {
    return account == null ? "-" : account.displayName() + (account.active() ? "" : " (inactive)");
  }

  private static String team(@Nullable SortedSet<String> members) {
    if (members == null) {
      return "-";
    }
    String names =
        String.join(
            ", ", members.stream().limit(4).map(name -> name.replaceFirst("@.*", "")).toList());
    return members.size() > 4 ? members.size() + ": " + names + ", ..." : names;
  }

  private static String aligned(List<String[]> rows) {
    int[] widths = new int[2];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      String line =
          row[0]
              + " ".repeat(widths[0] - row[0].length() + 2)
              + row[1]
              + " ".repeat(widths[1] - row[1].length() + 2)
              + row[2];
      text.append(line.stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
