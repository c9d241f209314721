package dev.idbridge.ledger;

import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.store.IdList;
import dev.idbridge.store.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What we noted of many accounts or teams of one app at a time. Thread-safe. */
public final class HeldRows {
  private final Transactions transactions;

  public HeldRows(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * A role that is asked for, or held.
   *
   * @param ours whether we granted it
   * @param direct whether an administrator asks for it
   * @param suppressed whether it is asked for, and not granted all the same
   */
  public record HeldRole(
      Role role, boolean held, boolean ours, boolean direct, boolean suppressed) {}

  /** A membership that is there as far as we know. */
  public record HeldTeam(long team, boolean ours) {}

  /** By account or team. One query. */
  public Map<Long, List<HeldRole>> roles(int app, LaneKind kind, Collection<Long> subjects) {
    if (subjects.isEmpty()) {
      return Map.of();
    }
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT subject_id, role, resource, held, origin, direct, state FROM app_grant"
                      + " WHERE app_id = ? AND subject_kind = ? AND subject_id IN ("
                      + IdList.marks(subjects.size())
                      + ")")) {
            select.setInt(1, app);
            select.setString(2, kind.word());
            IdList.bind(select, 3, subjects);
            Map<Long, List<HeldRole>> roles = new HashMap<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                roles
                    .computeIfAbsent(found.getLong(1), subject -> new ArrayList<>())
                    .add(
                        new HeldRole(
                            new Role(found.getString(2), found.getString(3)),
                            found.getBoolean(4),
                            found.getString(5).equals("OURS"),
                            found.getBoolean(6),
                            found.getString(7).equals("suppressed")));
              }
            }
            return roles;
          }
        });
  }

  /** By account. One query. */
  public Map<Long, List<HeldTeam>> teams(int app, Collection<Long> accounts) {
    if (accounts.isEmpty()) {
      return Map.of();
    }
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT account_id, team_id, origin FROM app_member"
                      + " WHERE app_id = ? AND held = TRUE AND account_id IN ("
                      + IdList.marks(accounts.size())
                      + ")")) {
            select.setInt(1, app);
            IdList.bind(select, 2, accounts);
            Map<Long, List<HeldTeam>> teams = new HashMap<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                teams
                    .computeIfAbsent(found.getLong(1), account -> new ArrayList<>())
                    .add(new HeldTeam(found.getLong(2), found.getString(3).equals("OURS")));
              }
            }
            return teams;
          }
        });
  }

  /** The team of this name that rules map groups to, if it was ever made. */
  public Optional<Long> namedTeam(int app, long directory, String name) {
    return transactions.run(
        connection -> Optional.ofNullable(NamedTeams.find(connection, app, directory, name)));
  }
}
