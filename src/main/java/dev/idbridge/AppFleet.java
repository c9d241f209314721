package dev.idbridge;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.ConfigException;
import dev.idbridge.config.ConnectorKinds;
import dev.idbridge.config.RuleText;
import dev.idbridge.config.Scope;
import dev.idbridge.connector.http.CamelAppHttp;
import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.delivery.App;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.ledger.AppDecisions;
import dev.idbridge.ledger.AppRegister;
import dev.idbridge.ledger.AppRegister.Entry;
import dev.idbridge.ledger.AppRegister.Registered;
import dev.idbridge.ledger.AppRegister.Standing;
import dev.idbridge.model.Resource;
import dev.idbridge.model.StoreUnavailable;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every configured app, registered in the store and given its connector. Once a second it looks at
 * what the store says of the apps, which other nodes and people may have changed.
 */
final class AppFleet implements AutoCloseable {
  /** After so long every node that can reach the store has seen what a row says. */
  static final Duration NOTICE = Duration.ofSeconds(3);

  private static final Logger LOG = LoggerFactory.getLogger(AppFleet.class);

  private final List<App> apps = new ArrayList<>();
  private final List<CamelAppHttp> clients = new ArrayList<>();
  private final Map<String, Own> own = new HashMap<>();
  private final AppRegister register;
  private final NodeRules rules;
  private final Clock clock;
  private volatile Map<Long, List<Integer>> following = Map.of();
  private volatile Set<Integer> granting = Set.of();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("app-watch").daemon().factory());

  /** What this node's file says of an app. */
  private static final class Own {
    final App app;
    final AppConfig file;
    final String fingerprint;
    volatile long rulesVersion;

    /** Why the rules in force cannot be planned under; empty when they can. */
    String unusable = "";

    Own(App app, AppConfig file, String fingerprint, long rulesVersion) {
      this.app = app;
      this.file = file;
      this.fingerprint = fingerprint;
      this.rulesVersion = rulesVersion;
    }
  }

  /**
   * Registers the apps and makes their connectors; nothing is called yet.
   *
   * @param camel sends the connectors' requests; may be started later
   */
  AppFleet(
      List<AppConfig> configured,
      Directories directories,
      AppRegister register,
      NodeRules rules,
      CamelContext camel,
      MeterRegistry meters,
      Clock clock) {
    this.register = register;
    this.rules = rules;
    this.clock = clock;
    ConnectorKinds kinds = ConnectorKinds.installed();
    for (AppConfig config : configured) {
      ConnectorFactory factory = kinds.find(config.connector()).orElseThrow();
      Set<Long> follows = follows(config, directories);
      String fingerprint = fingerprint(config, factory);
      Registered registered =
          register.register(
              new Entry(
                  config.name(),
                  config.connector(),
                  fingerprint,
                  config.rules() == AppConfig.Rules.FILE ? RuleText.write(config) : null,
                  config.policies(),
                  config.roles() != null,
                  config.scope() instanceof Scope.Groups groups ? groups.names() : List.of()),
              follows);
      if (registered.mismatch() != null) {
        LOG.error(
            "app {} rests: {}. What we know of its accounts and teams is about the other app. Did the"
                + " same app move: idbridge app keep {}. Is it another one: idbridge app reset {}",
            config.name(),
            registered.mismatch(),
            config.name(),
            config.name());
      }
      CamelAppHttp http = new CamelAppHttp(camel, config.name(), rates(config), meters);
      clients.add(http);
      Connector connector =
          factory.create(config.settings(), new AppServices(config.name(), clock, http));
      App app = new App(registered.id(), config, follows, connector, clock);
      camel.getRegistry().bind("breaker-" + app.name(), app.breaker());
      apps.add(app);
      Own mine = new Own(app, config, fingerprint, registered.rulesVersion());
      own.put(app.name(), mine);
      if (config.rules() == AppConfig.Rules.API) {
        adopt(mine, registered.rulesVersion());
      }
    }
    for (String gone :
        register.suspendOthers(
            configured.stream().map(AppConfig::name).collect(Collectors.toSet()))) {
      LOG.warn("app {} rests: its file is gone; its state stays in the store", gone);
    }
    refresh();
    watch.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** Whether the teams of this app stand in teams. */
  boolean placed(int app) {
    return apps.stream().anyMatch(one -> one.id() == app && one.placed());
  }

  private record AppServices(String app, Clock clock, AppHttp http) implements Services {}

  private static Set<Long> follows(AppConfig config, Directories directories) {
    Set<Long> ids = new LinkedHashSet<>();
    for (String name : config.directories()) {
      // Looked for before the start; one that is deleted at this moment is followed no more.
      directories.find(name).map(Directory::id).ifPresent(ids::add);
    }
    return ids;
  }

  private static String fingerprint(AppConfig config, ConnectorFactory factory) {
    return config.connector()
        + factory.identity().stream()
            .map(name -> " " + config.settings().get(name))
            .collect(Collectors.joining());
  }

  private static Map<AppHttp.RateClass, Integer> rates(AppConfig config) {
    Map<AppHttp.RateClass, Integer> rates = new EnumMap<>(AppHttp.RateClass.class);
    for (AppHttp.RateClass rate : AppHttp.RateClass.values()) {
      Integer perSecond = config.limits().perSecond(rate.limit());
      if (perSecond != null) {
        rates.put(rate, perSecond);
      }
    }
    return rates;
  }

  /** What the apps allow a second is shared by so many daemons on one store. */
  void share(int daemons) {
    clients.forEach(client -> client.share(daemons));
  }

  private void look() {
    try {
      refresh();
    } catch (StoreUnavailable down) {
      // Nothing is claimed without the store either.
    } catch (RuntimeException bug) {
      LOG.error("looking at the apps failed; it is done again", bug);
    }
  }

  /** Looks at the apps' rows now. */
  synchronized void refresh() {
    Map<String, Standing> standings = register.standings();
    Map<Long, List<Integer>> follow = new HashMap<>();
    for (Standing app : standings.values()) {
      if (!app.state().equals("forgotten")) {
        app.follows()
            .forEach(id -> follow.computeIfAbsent(id, any -> new ArrayList<>()).add(app.id()));
      }
    }
    following = follow;
    granting =
        standings.values().stream()
            .filter(Standing::grants)
            .map(Standing::id)
            .collect(Collectors.toSet());
    long now = clock.millis();
    own.forEach(
        (name, mine) -> {
          Standing row = standings.get(name);
          if (row != null && row.state().equals("suspended")) {
            // Another node has no file for it; this one has.
            register.present(row.id());
          }
          if (row != null
              && mine.file.rules() == AppConfig.Rules.API
              && row.rulesVersion() != mine.rulesVersion) {
            adopt(mine, row.rulesVersion());
          }
          App.@Nullable Gate bar = bar(mine, row, now);
          String was = mine.app.barred() ? mine.app.gate().state() : "";
          mine.app.bar(bar);
          if (bar != null && !bar.state().equals(was)) {
            LOG.warn("app {} rests: {}, {}", name, bar.state(), bar.reason());
          } else if (bar == null && !was.isEmpty()) {
            LOG.info("app {} is delivered to again", name);
          }
        });
  }

  /** Plans under the rules that are edited in the store, where they fit this node's file. */
  private void adopt(Own mine, long version) {
    NodeRules.Fit fit = rules.fit(mine.app, mine.file, version);
    if (fit.elsewhere()) {
      // The versions stay apart, and this node rests.
      return;
    }
    AppConfig config = fit.config();
    if (config != null) {
      mine.app.adopt(config);
    }
    mine.unusable = fit.why();
    mine.rulesVersion = version;
  }

  /**
   * An app of this node under other rules.
   *
   * @throws ConfigException with every problem of the text
   */
  AppConfig proposed(String name, String shown, String text) throws ConfigException {
    Own mine = Objects.requireNonNull(own.get(name));
    return rules.read(mine.app, mine.file, shown, text);
  }

  /** The version of the rules that an app is planned under on this node; 0 for none. */
  long rulesVersion(String name) {
    return Objects.requireNonNull(own.get(name)).rulesVersion;
  }

  private static App.@Nullable Gate bar(Own mine, @Nullable Standing app, long now) {
    if (app == null || app.state().equals("forgotten")) {
      return new App.Gate(
          "forgotten", 0, "its state was deleted; restart this daemon to begin anew");
    }
    if (app.state().equals("resetting")) {
      return new App.Gate(
          "resetting", 0, "its state is being dropped; if that was cut short, do it again");
    }
    if (!app.fingerprint().equals(mine.fingerprint)) {
      return new App.Gate(
          "mismatch",
          0,
          "its file names '"
              + mine.fingerprint
              + "', what is noted is about '"
              + app.fingerprint()
              + "': idbridge app keep, or app reset");
    }
    if (app.rulesVersion() != mine.rulesVersion) {
      return new App.Gate(
          "other-rules",
          0,
          "another node has activated version "
              + app.rulesVersion()
              + " of its rules, this one has "
              + mine.rulesVersion
              + "; restart this daemon with the same file");
    }
    if (!mine.unusable.isEmpty()) {
      return new App.Gate(mine.rulesVersion == 0 ? "no-rules" : "bad-rules", 0, mine.unusable);
    }
    if (app.pausedUntil() > now) {
      String until =
          app.pausedUntil() == AppDecisions.UNTIL_RESUMED
              ? ""
              : " until " + Instant.ofEpochMilli(app.pausedUntil());
      return new App.Gate(
          "paused", app.pausedUntil(), "by " + app.pausedBy() + until + ": " + app.pausedReason());
    }
    return null;
  }

  /** Ids of the apps that follow a directory, on whichever node they have their files. */
  List<Integer> following(long directory) {
    return following.getOrDefault(directory, List.of());
  }

  /** Whether an app has roles, on whichever node it has its file. */
  boolean granting(int app) {
    return granting.contains(app);
  }

  /** Whether the user was in the app's scope before a change, and is not after. */
  boolean leavesScope(int app, Resource.User before, Resource.User after) {
    for (App one : apps) {
      if (one.id() == app) {
        return one.leavesScope(before, after);
      }
    }
    return false;
  }

  /** The app of this node by that name. */
  Optional<App> app(String name) {
    Own mine = own.get(name);
    return mine == null ? Optional.empty() : Optional.of(mine.app);
  }

  List<App> apps() {
    return List.copyOf(apps);
  }

  @Override
  public void close() {
    watch.shutdownNow();
    for (App app : apps) {
      try {
        app.connector().close();
      } catch (Exception e) {
        LOG.warn("closing the connector of app {} failed: {}", app.name(), e.toString());
      }
    }
    clients.forEach(CamelAppHttp::close);
  }
}
