package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.ServedBridge;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Databases;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped route files: what is in them, in which order, and what an operator may do to them.
 */
class RouteFilesTest {
  private static final List<String> STEPS =
      List.of(
          "scimReceive",
          "scimAuthenticate",
          "scimParse",
          "scimNormalise",
          "scimFind",
          "scimDiscovery",
          "scimAnswer",
          "scimError",
          "scimBulkOpen",
          "scimBulkNext",
          "scimBulkDone",
          "scimBulkRefused",
          "scimBulkClose",
          "pickApps",
          "commit",
          "planDelivery",
          "callApp",
          "appUnavailable",
          "bookOutcome",
          "wakeSatisfiedWaiters",
          "expireParked",
          "warnOfTokens",
          "purgeDirectories",
          "syncLogBound",
          "changesBound",
          "jitReceive",
          "jitAuthenticate",
          "jitUser",
          "jitDone",
          "jitRefused",
          "jitOutcome",
          "scimRelate",
          "oauthReceive",
          "oauthToken",
          "oauthError",
          "adminAuthenticate",
          "adminAnswer",
          "adminProblem");

  @TempDir Path folder;

  private final List<String> ran = new ArrayList<>();

  /** A context with steps that only note that they ran; the servers and the clock stay outside. */
  private CamelContext context(String... files) throws Exception {
    DefaultCamelContext camel = new DefaultCamelContext();
    camel.disableJMX();
    for (String step : STEPS) {
      camel.getRegistry().bind(step, (Processor) exchange -> ran.add(step));
    }
    camel.getRegistry().unbind("planDelivery");
    camel.getRegistry().bind("planDelivery", (Processor) this::planTwoRounds);
    camel.getRegistry().bind("breaker-crm", CircuitBreaker.ofDefaults("crm"));
    for (String file : files) {
      Resource resource =
          PluginHelper.getResourceLoader(camel).resolveResource("file:routes/" + file);
      PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
    }
    return camel;
  }

  @Test
  void everyShippedFileHoldsTheRoutesThatItsNameSays() throws Exception {
    List<String> files;
    try (Stream<Path> all = Files.list(Path.of("routes"))) {
      files =
          all.map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith(".camel.yaml"))
              .sorted()
              .toList();
    }
    try (CamelContext camel = context(files.toArray(String[]::new))) {
      List<String> ids =
          ((ModelCamelContext) camel)
              .getRouteDefinitions().stream().map(RouteDefinition::getId).toList();
      assertThat(ids)
          .contains(
              "scim-intake",
              "scim-write",
              "scim-bulk",
              "scim-read",
              "jit",
              "oauth-token",
              "change",
              "schedule-waiters",
              "waiters",
              "schedule-parked",
              "parked",
              "admin");
      assertThat(((ModelCamelContext) camel).getRouteTemplateDefinition("app")).isNotNull();
    }
  }

  @Test
  void aChangeIsGivenItsAppsAndThenCommitted() throws Exception {
    try (CamelContext camel = context("20-fan-out.camel.yaml")) {
      camel.start();
      Object handedOver =
          camel
              .createFluentProducerTemplate()
              .to("direct:change")
              .send()
              .getProperty("changeHandedOver");
      assertThat(ran).containsExactly("pickApps", "commit");
      assertThat(handedOver).isEqualTo("true");
    }
  }

  /** A delivery that needs one call, and then none: what the planning step tells the route. */
  private void planTwoRounds(Exchange exchange) {
    boolean first = !ran.contains("planDelivery");
    ran.add("planDelivery");
    exchange.setProperty("delivery", first ? "calling" : "ended");
  }

  @Test
  void aDeliveryPlansCallsAndBooksUntilItEnds() throws Exception {
    try (CamelContext camel = context("30-deliver.camel.yaml")) {
      camel.addRouteFromTemplate("app-crm", "app", Map.of("name", "crm"));
      camel.start();
      camel.createProducerTemplate().sendBody("direct:app-crm", "a delivery");
      assertThat(ran).containsExactly("planDelivery", "callApp", "bookOutcome", "planDelivery");
    }
  }

  @Test
  void aCallThatFailsIsAnsweredByTheFallbackAndBookedAllTheSame() throws Exception {
    try (CamelContext camel = context("30-deliver.camel.yaml")) {
      camel.getRegistry().unbind("callApp");
      camel
          .getRegistry()
          .bind(
              "callApp",
              (Processor)
                  exchange -> {
                    throw new java.io.IOException("the app is down");
                  });
      camel.addRouteFromTemplate("app-crm", "app", Map.of("name", "crm"));
      camel.start();
      camel.createProducerTemplate().sendBody("direct:app-crm", "a delivery");
      assertThat(ran)
          .containsExactly("planDelivery", "appUnavailable", "bookOutcome", "planDelivery");
    }
  }

  @Test
  void eachScheduleOnlyCallsARouteThatCanBeCalledAtAnyTime() throws Exception {
    try (CamelContext camel = context("40-schedules.camel.yaml")) {
      // The purges need a database; SchedulesTest runs them on both.
      ((ModelCamelContext) camel)
          .removeRouteDefinitions(
              ((ModelCamelContext) camel)
                  .getRouteDefinitions().stream()
                      .filter(route -> route.getId().equals("retention"))
                      .toList());
      for (RouteDefinition route : ((ModelCamelContext) camel).getRouteDefinitions()) {
        if (route.getInput().getEndpointUri().startsWith("quartz:")) {
          assertThat(route.getOutputs()).as(route.getId()).hasSize(1);
          assertThat(route.getOutputs().getFirst().toString()).contains("direct:");
          route.setAutoStartup("false");
        }
      }
      camel.start();
      camel.createProducerTemplate().sendBody("direct:waiters", null);
      camel.createProducerTemplate().sendBody("direct:parked", null);
      camel.createProducerTemplate().sendBody("direct:tokens", null);
      camel.createProducerTemplate().sendBody("direct:directories", null);
      assertThat(ran)
          .containsExactly(
              "wakeSatisfiedWaiters", "expireParked", "warnOfTokens", "purgeDirectories");
    }
  }

  @Test
  void anAdminRequestIsAuthenticatedFirstAndEveryErrorIsAProblem() throws Exception {
    try (CamelContext camel = context("50-admin.camel.yaml")) {
      camel.start();
      camel.createProducerTemplate().sendBody("direct:admin", null);
      assertThat(ran).containsExactly("adminAuthenticate", "adminAnswer");
    }
    ran.clear();
    try (CamelContext camel = context("50-admin.camel.yaml")) {
      camel.getRegistry().unbind("adminAuthenticate");
      camel
          .getRegistry()
          .bind(
              "adminAuthenticate",
              (Processor)
                  exchange -> {
                    throw new IllegalStateException("no such token");
                  });
      camel.start();
      camel.createProducerTemplate().sendBody("direct:admin", null);
      assertThat(ran).containsExactly("adminProblem");
    }
  }

  @Test
  void aVetoIsAddedByEditingTheFanOutFileAloneAndNothingIsStored() throws Exception {
    Path routes = Files.createDirectories(folder.resolve("conf/routes"));
    try (Stream<Path> all = Files.list(Path.of("routes"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Files.copy(file, routes.resolve(file.getFileName()));
      }
    }
    Path edited = routes.resolve("20-fan-out.camel.yaml");
    String shipped = Files.readString(edited);
    String veto =
        """
                - filter:
                    simple: "${body.by.name} == 'frozen'"
                    steps:
                      - throwException:
                          exceptionType: dev.idbridge.model.ChangeRefused
                          message: "changes by this token are frozen; ask the help desk"
        """;
    String before = "        - process: {ref: pickApps}";
    assertThat(shipped).contains(before);
    Files.writeString(edited, shipped.replace(before, veto + before));
    try (Databases database = Databases.fresh(DatabaseKind.H2)) {
      Path conf = Bridge.configure(folder, database.settings(), Map.of());
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        ScimHttp idp = Bridge.client(daemon);
        String secret = daemon.verb("token", "create", "--name", "frozen").out().strip();
        new ScimHttp(idp.base, secret)
            .send("POST", "/Users", "{'userName':'refused'}")
            .isError(400, "ask the help desk");
        idp.user("allowed");
        assertThat(idp.get("/Users").at("/totalResults")).isEqualTo("1");
        assertThat(
                ServedBridge.verb(
                        conf, folder.resolve("data"), "sync-log", "--json", "--result", "failed")
                    .out())
            .contains("ask the help desk");
      }
    }
  }
}
