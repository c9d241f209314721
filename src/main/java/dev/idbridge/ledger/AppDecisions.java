package dev.idbridge.ledger;

import dev.idbridge.ledger.AppRegister.Standing;
import dev.idbridge.model.Ids;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What people decide about an app, each decision noted in the change record with who took it.
 * Thread-safe.
 *
 * <p>Dropping an app's state goes in pages: first the row says so, which keeps every node from
 * claiming, then the lanes go, so that a delivery under way can book nothing any more, then the
 * rest. An interrupted drop is carried on by deciding the same again.
 */
public final class AppDecisions {
  /** No end: paused until somebody resumes it. */
  public static final long UNTIL_RESUMED = Long.MAX_VALUE;

  /** What is dropped, in this order. */
  private static final List<String> TABLES =
      List.of(
          "lane",
          "sweep",
          "dead_letter",
          "app_grant",
          "grant_source",
          "app_strip",
          "follow_up",
          "import_doubt",
          "import_run",
          "import_seen",
          "app_member",
          "member_look",
          "grant_look",
          "team_source",
          "link",
          "feed",
          "named_team");

  private static final int PAGE = 1_000;

  private final Transactions transactions;
  private final Sweeps sweeps;
  private final ActRecord record;
  private final Clock clock;
  private final long noticeMillis;

  /**
   * @param noticeMillis after so long every node has seen what a row says
   */
  public AppDecisions(
      Transactions transactions, Sweeps sweeps, Ids ids, Clock clock, long noticeMillis) {
    this.transactions = transactions;
    this.sweeps = sweeps;
    this.record = new ActRecord(ids);
    this.clock = clock;
    this.noticeMillis = noticeMillis;
  }

  private interface Decision {
    void take(Connection connection, Standing app, long now) throws SQLException;
  }

  /** Null when there is no such app, or the condition does not hold for it. */
  private @Nullable Standing decide(
      String name,
      java.util.function.Predicate<Standing> condition,
      String action,
      String by,
      String detail,
      Decision decision) {
    return transactions.run(
        connection -> {
          Standing app = AppRegister.find(connection, name);
          if (app == null || app.state().equals(AppRegister.FORGOTTEN) || !condition.test(app)) {
            return null;
          }
          long now = clock.millis();
          decision.take(connection, app, now);
          record.append(connection, now, "App", app.id(), action, by, detail);
          return app;
        });
  }

  /**
   * Claims stop at every node; lanes go on becoming due.
   *
   * @param until milliseconds since the epoch, or {@link #UNTIL_RESUMED}
   * @return false when there is no such app
   */
  public boolean pause(String name, long until, String reason, String by) {
    return decide(
            name,
            app -> true,
            "PAUSE",
            by,
            reason,
            (connection, app, now) -> paused(connection, app, until, by, reason))
        != null;
  }

  /** False when there is no such app or it is not paused. */
  public boolean resume(String name, String by) {
    return decide(
            name,
            app -> app.pausedUntil() > clock.millis(),
            "RESUME",
            by,
            "",
            (connection, app, now) -> paused(connection, app, null, "", ""))
        != null;
  }

  private static void paused(
      Connection connection, Standing app, @Nullable Long until, String by, String reason)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE app SET paused_until = ?, paused_by = ?, paused_reason = ? WHERE id = ?")) {
      LaneEndings.setLong(update, 1, until);
      update.setString(2, SyncLog.bounded(by, 128));
      update.setString(3, SyncLog.bounded(reason, 512));
      update.setInt(4, app.id());
      update.executeUpdate();
    }
  }

  /** The same app moved: links stay. False when its file points at no other app than before. */
  public boolean keep(String name, String by) {
    return decide(
            name,
            app -> !app.wantedFingerprint().isEmpty() && app.state().equals(AppRegister.MISMATCH),
            "KEEP",
            by,
            "links stay: the same app at another address",
            (connection, app, now) -> {
              AppRegister.identity(connection, app.id(), app.connector(), app.wantedFingerprint());
              AppRegister.state(connection, app.id(), AppRegister.ACTIVE, "", now);
            })
        != null;
  }

  /**
   * Another app, or the same one empty: what we noted of accounts, teams and memberships is
   * dropped, and everything is swept anew. Nothing is removed in any app.
   *
   * @return how many rows were dropped; -1 when there is no such app
   */
  public long reset(String name, String by) {
    Standing begun =
        decide(
            name,
            app -> true,
            "RESET",
            by,
            "links and noted state are dropped, everything is swept",
            (connection, app, now) ->
                AppRegister.state(
                    connection, app.id(), AppRegister.RESETTING, app.wantedFingerprint(), now));
    if (begun == null) {
      return -1;
    }
    long dropped = drop(begun.id());
    transactions.run(
        connection -> {
          Standing app = AppRegister.find(connection, name);
          if (app != null && app.state().equals(AppRegister.RESETTING)) {
            long now = clock.millis();
            String wanted = app.wantedFingerprint();
            AppRegister.identity(
                connection,
                app.id(),
                app.connector(),
                wanted.isEmpty() ? app.fingerprint() : wanted);
            AppRegister.state(connection, app.id(), AppRegister.ACTIVE, "", now);
            for (long directory : app.follows()) {
              sweeps.start(
                  connection,
                  app.id(),
                  Sweeps.Root.DIRECTORY,
                  directory,
                  directory,
                  0,
                  Priority.SWEEP,
                  now);
            }
          }
          return true;
        });
    return dropped;
  }

  /**
   * Deletes what is noted of an app; its lines in the sync log stay. A file of this name begins a
   * new app.
   *
   * @return how many rows were dropped; -1 when there is no such app
   */
  public long forget(String name, String by) {
    Standing begun =
        decide(
            name,
            app -> true,
            "FORGET",
            by,
            "links and noted state are deleted",
            (connection, app, now) -> {
              AppRegister.state(connection, app.id(), AppRegister.RESETTING, "", now);
              paused(connection, app, null, "", "");
            });
    if (begun == null) {
      return -1;
    }
    long dropped = drop(begun.id());
    transactions.run(
        connection -> {
          Standing app = AppRegister.find(connection, name);
          if (app != null) {
            try (PreparedStatement rules =
                connection.prepareStatement(
                    "DELETE FROM rule_set WHERE app_id = ? AND version < ?")) {
              rules.setInt(1, app.id());
              rules.setLong(2, app.rulesVersion());
              rules.executeUpdate();
            }
            AppRegister.state(connection, app.id(), AppRegister.FORGOTTEN, "", clock.millis());
          }
          return true;
        });
    return dropped;
  }

  /** Round after round until every node has had time to notice, and once more. */
  private long drop(int app) {
    long start = System.nanoTime();
    long dropped = 0;
    boolean noticed;
    do {
      noticed = System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(noticeMillis);
      long round = 0;
      for (String table : TABLES) {
        for (int page = PAGE; page == PAGE; round += page) {
          page = dropPage(app, table);
        }
      }
      dropped += round;
      if (round == 0 && !noticed) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    } while (!noticed);
    return dropped;
  }

  private int dropPage(int app, String table) {
    return transactions.run(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement(
                  "DELETE FROM " + table + " WHERE app_id = ? LIMIT " + PAGE)) {
            delete.setInt(1, app);
            return delete.executeUpdate();
          }
        });
  }
}
