package dev.idbridge;

import dev.idbridge.admin.AdminApi;
import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.AdminSteps;
import dev.idbridge.admin.AdminToken;
import dev.idbridge.admin.ExplainQuery;
import dev.idbridge.admin.Explanation;
import dev.idbridge.admin.Happening;
import dev.idbridge.admin.MemoryInterventions;
import dev.idbridge.admin.MemoryLedger;
import dev.idbridge.admin.MemoryTokens;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.PageRequest;
import dev.idbridge.admin.StoreAdmin;
import dev.idbridge.admin.UserDetail;
import dev.idbridge.admin.UserEntry;
import dev.idbridge.admin.UserQuery;
import dev.idbridge.admin.UserReads;
import dev.idbridge.cli.Composition;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.model.StoreUnavailable;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Properties;

/** A bridge whose store is in memory; its servers, routes and files are the real ones. */
public final class MemoryBridge implements Composition {
  public final Clock clock = Clock.systemUTC();
  public final MemoryTokens tokens = new MemoryTokens(clock);
  public final MemoryLedger ledger = new MemoryLedger();
  public final MemoryInterventions interventions = new MemoryInterventions(ledger);
  public volatile boolean broken;
  public volatile boolean running;

  private static final UserReads NOBODY =
      new UserReads() {
        @Override
        public Page<UserEntry> list(UserQuery query) {
          return new Page<>(List.of(), null);
        }

        @Override
        public UserDetail detail(String user) {
          throw AdminRefused.notFound("there is no user " + user);
        }

        @Override
        public Page<Happening> trace(String user, PageRequest page) {
          throw AdminRefused.notFound("there is no user " + user);
        }

        @Override
        public Explanation explain(ExplainQuery query) {
          throw AdminRefused.notFound("there is no user " + query.user());
        }
      };

  public StoreAdmin operations() {
    return new StoreAdmin(
        tokens, tokens, ledger, NOBODY, this::about, List::of, interventions, clock, "tests");
  }

  private StoreAdmin.About about() {
    if (broken) {
      throw new StoreUnavailable("the database is gone", new IOException("connection reset"));
    }
    long pid = ProcessHandle.current().pid();
    return running
        ? new StoreAdmin.About("1", pid, Instant.now(), "http://127.0.0.1/scim/v2", "memory", true)
        : new StoreAdmin.About("1", null, null, null, "memory", true);
  }

  @Override
  public int serve(BridgeConfig config, PrintStream out) {
    return daemon(config).run(out, System.err);
  }

  Daemon daemon(BridgeConfig config) {
    return new Daemon(config, new MemoryEngine(config), clock);
  }

  /** The servers with the admin API over the memory, and nothing else. */
  private final class MemoryEngine implements Engine {
    private final CamelHost host;

    MemoryEngine(BridgeConfig config) {
      host =
          new CamelHost(
              config, new Properties(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    @Override
    public Bound start(String adminToken, Listener daemon) throws StartFailed {
      AdminApi api = new AdminApi(operations()::as);
      return host.start(
          (camel, registry) -> {
            new AdminSteps(new AdminToken(adminToken), api).bind(registry);
            return null;
          });
    }

    @Override
    public Instant lastBeat() {
      return clock.instant();
    }

    @Override
    public String oneLine() {
      return "in memory";
    }

    @Override
    public void close() {
      host.close();
    }
  }

  @Override
  public OpenStore openStore(BridgeConfig config) {
    if (broken) {
      throw new StoreUnavailable("the database is gone", new IOException("connection reset"));
    }
    AdminOperations operations = operations();
    return new OpenStore() {
      @Override
      public AdminOperations operations() {
        return operations;
      }

      @Override
      public void close() {}
    };
  }
}
