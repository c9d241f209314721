package dev.idbridge.connector.log;

import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Account;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line per operation to the logger {@code dev.idbridge.connector.log.APP} and says that
 * it worked. Keeps nothing: it never finds anything, and a remote id is made up from the name, the
 * same one each time. Names stand in the lines, other attributes do not.
 */
final class LogConnector implements Connector {
  private static final int ITEMS_PER_CALL = 1000;
  private final Logger log;

  LogConnector(String app) {
    log = LoggerFactory.getLogger("dev.idbridge.connector.log." + app);
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        false,
        new Capabilities.Roles(true, true, true, false, false, false, ITEMS_PER_CALL),
        true,
        false,
        true,
        ITEMS_PER_CALL);
  }

  @Override
  public Health check(Deadline deadline) {
    return new Health(Health.State.UP, "writes to " + log.getName());
  }

  @Override
  public Lookup<FoundAccount> findAccounts(AccountKeys keys, Deadline deadline) {
    return Lookup.of(List.of());
  }

  @Override
  public Lookup<FoundTeam> findTeams(TeamKeys keys, Deadline deadline) {
    return Lookup.of(List.of());
  }

  @Override
  public Lookup<FoundTeam> seeTeam(String team, Deadline deadline) {
    return Lookup.of(List.of(new FoundTeam(team, team, "")));
  }

  @Override
  public Outcome account(AccountPlan plan, Deadline deadline) {
    return switch (plan) {
      case AccountPlan.Create create -> {
        Account account = create.account();
        String id = id("account", account.externalId(), account.userName());
        log.info(
            "create account {} as {}{}", text(account.userName()), id, active(account.active()));
        yield new Outcome.Applied(id);
      }
      case AccountPlan.Update update -> {
        Account before = update.before();
        String now = update.account().userName();
        if (before != null && !before.userName().equals(now)) {
          log.info(
              "rename account {} from {} to {}",
              update.remoteId(),
              text(before.userName()),
              text(now));
        } else {
          log.info("update account {} ({})", update.remoteId(), text(now));
        }
        yield new Outcome.Applied(update.remoteId());
      }
      case AccountPlan.Enable enable -> {
        log.info("enable account {} ({})", enable.remoteId(), text(enable.account().userName()));
        yield new Outcome.Applied(enable.remoteId());
      }
      case AccountPlan.Disable disable -> {
        log.info("disable account {} ({})", disable.remoteId(), text(disable.account().userName()));
        yield new Outcome.Applied(disable.remoteId());
      }
      case AccountPlan.Delete delete -> {
        log.info("delete account {}", delete.remoteId());
        yield new Outcome.Applied(delete.remoteId());
      }
    };
  }

  @Override
  public Outcome team(TeamPlan plan, Deadline deadline) {
    return switch (plan) {
      case TeamPlan.Create create -> {
        String id = id("team", create.team().externalId(), create.team().name());
        log.info(
            "create team {} as {} {}",
            text(create.team().name()),
            id,
            create.parent().isEmpty() ? "at the root" : "under " + create.parent());
        yield new Outcome.Applied(id);
      }
      case TeamPlan.Rename rename -> {
        log.info(
            "rename team {} from {} to {}",
            rename.remoteId(),
            text(rename.before()),
            text(rename.team().name()));
        yield new Outcome.Applied(rename.remoteId());
      }
      case TeamPlan.Move move -> {
        log.info(
            "move team {} ({}) {}",
            move.remoteId(),
            text(move.team().name()),
            move.parent().isEmpty() ? "to the root" : "under " + move.parent());
        yield new Outcome.Applied(move.remoteId());
      }
      case TeamPlan.Delete delete -> {
        log.info(
            "delete team {}{}",
            delete.remoteId(),
            delete.evenIfNotEmpty() ? " whatever it holds" : " if it is empty");
        yield new Outcome.Applied(delete.remoteId());
      }
    };
  }

  @Override
  public Map<String, Seen> seeMembers(String team, List<String> accounts, Deadline deadline) {
    return Map.of();
  }

  @Override
  public BatchOutcome members(MemberPlan plan, Deadline deadline) {
    log.info(
        "change members of team {}: add {}, remove {}", plan.team(), plan.added(), plan.removed());
    return applied(Stream.concat(plan.added().stream(), plan.removed().stream()));
  }

  @Override
  public BatchOutcome grants(GrantPlan plan, Deadline deadline) {
    List<String> granted = plan.granted().stream().map(GrantPlan.Role::key).toList();
    List<String> revoked = plan.revoked().stream().map(GrantPlan.Role::key).toList();
    log.info(
        "change roles of {} {}: grant {}, revoke {}",
        plan.onTeam() ? "team" : "account",
        plan.subject(),
        granted,
        revoked);
    return applied(Stream.concat(granted.stream(), revoked.stream()));
  }

  private static BatchOutcome applied(Stream<String> items) {
    Map<String, Outcome> outcomes = new HashMap<>();
    items.forEach(item -> outcomes.put(item, new Outcome.Applied(item)));
    return new BatchOutcome.Items(outcomes);
  }

  private static String id(String kind, @Nullable String externalId, String name) {
    String source = kind + "\n" + (externalId == null ? name : externalId);
    return "log-" + UUID.nameUUIDFromBytes(source.getBytes(StandardCharsets.UTF_8));
  }

  /** A name as it may stand in a log line: quoted, on one line. */
  private static String text(String name) {
    return "'" + name.replaceAll("\\p{Cntrl}", " ") + "'";
  }

  private static String active(boolean active) {
    return active ? "" : ", inactive";
  }
}
