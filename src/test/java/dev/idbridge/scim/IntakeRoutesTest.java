package dev.idbridge.scim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.scim.IntakeServer.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Processor;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ToDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped intake routes as files: their order, and what an operator may do with them. */
class IntakeRoutesTest {

  @Test
  void theStepsStandInTheOrderTheyPromise() throws Exception {
    try (IntakeServer server = new IntakeServer(EdgeSettings.plain())) {
      ModelCamelContext context = (ModelCamelContext) server.context();
      assertThat(names(context.getRouteDefinition("scim-intake").getOutputs()))
          .containsExactly(
              "scimReceive",
              "scimAuthenticate",
              "scimParse",
              "[direct:scim-write, scimRelate]",
              "[direct:scim-read]",
              "[direct:scim-bulk]",
              "[scimDiscovery]",
              "scimAnswer");
      assertThat(names(context.getRouteDefinition("scim-write").getOutputs()))
          .containsExactly("scimNormalise", "direct:change");
      assertThat(names(context.getRouteDefinition("scim-read").getOutputs()))
          .containsExactly("scimFind");
    }
  }

  private static List<String> names(List<ProcessorDefinition<?>> steps) {
    List<String> names = new ArrayList<>();
    for (ProcessorDefinition<?> step : steps) {
      switch (step) {
        case ProcessDefinition process -> names.add(process.getRef());
        case ToDefinition to -> names.add(to.getUri());
        case ChoiceDefinition choice -> {
          choice.getWhenClauses().forEach(when -> names.add(names(when.getOutputs()).toString()));
          names.add(names(choice.getOtherwise().getOutputs()).toString());
        }
        default -> {}
      }
    }
    return names;
  }

  @Test
  void aStepIsAddedByEditingTheFileAlone(@TempDir Path routes) throws Exception {
    for (String file : List.of("10-scim.camel.yaml", "90-errors.camel.yaml")) {
      Files.copy(Path.of("routes", file), routes.resolve(file));
    }
    Path edited = routes.resolve("10-scim.camel.yaml");
    Files.writeString(
        edited,
        Files.readString(edited)
            .replace(
                "        - to: direct:change",
                "        - process: { ref: veto }\n        - to: direct:change"));
    Processor veto =
        exchange -> {
          throw new ChangeRefused(Reason.MUTABILITY, "no changes on Fridays");
        };
    try (IntakeServer server =
        new IntakeServer(EdgeSettings.plain(), routes, "none", Map.of("veto", veto))) {
      Answer answer = server.send("POST", "/Users", "{'userName':'x'}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.at("/detail")).isEqualTo("no changes on Fridays");
      assertThat(server.directory.requests).isEmpty();
      assertThat(server.refused).hasSize(1);
      assertThat(server.send("GET", "/Users", null).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "scim-errors"})
  void errorsOfTheChangeRouteAreAnsweredWhetherItHandlesThemOrLeavesThemToUs(String errors)
      throws Exception {
    try (IntakeServer server =
        new IntakeServer(EdgeSettings.plain(), Path.of("routes"), errors, Map.of())) {
      server.createUser("twice");
      Answer answer = server.send("POST", "/Users", "{'userName':'twice'}");
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.at("/scimType")).isEqualTo("uniqueness");
      server.directory.down = true;
      assertThat(server.send("GET", "/Users", null).status()).isEqualTo(503);
    }
  }

  @Test
  void asManyRequestsWaitForTheirCommitAsThereAreWorkers() throws Exception {
    try (IntakeServer server = new IntakeServer(new EdgeSettings(null, List.of(), List.of(), 64))) {
      server.gate = new CountDownLatch(1);
      List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        answers.add(
            server.http.sendAsync(
                HttpRequest.newBuilder(URI.create(server.base() + "/Users"))
                    .header("Authorization", "Bearer " + MemoryDirectory.TOKEN)
                    .POST(BodyPublishers.ofString("{\"userName\":\"u" + i + "\"}"))
                    .build(),
                BodyHandlers.discarding()));
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (server.waiting.get() < 60 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(server.waiting).hasValue(60);
      server.gate.countDown();
      for (CompletableFuture<HttpResponse<Void>> answer : answers) {
        assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
      }
    }
  }

  @Test
  void thePublicUrlIsWhatClientsGetToSee() throws Exception {
    try (IntakeServer server =
        new IntakeServer(new EdgeSettings("https://bridge.example", List.of(), List.of(), 16))) {
      Answer created =
          server.send("POST", "/Users", "{'userName':'x'}", "X-Forwarded-Host", "evil.example");
      assertThat(created.header("Location"))
          .isEqualTo("https://bridge.example/scim/v2/Users/" + created.at("/id"));
    }
  }

  @Test
  void forwardedHeadersCountFromTrustedProxiesOnly() throws Exception {
    String[] forwarded = {
      "X-Forwarded-Host",
      "bridge.example",
      "X-Forwarded-Proto",
      "https",
      "X-Forwarded-For",
      "203.0.113.9, 198.51.100.7, 127.0.0.1"
    };
    try (IntakeServer trusting =
        new IntakeServer(new EdgeSettings(null, List.of(), List.of("127.0.0.0/8"), 16))) {
      Answer created = trusting.send("POST", "/Users", "{'userName':'x'}", forwarded);
      assertThat(created.header("Location")).startsWith("https://bridge.example/scim/v2/Users/");
      assertThat(trusting.directory.requests.getLast().by().address()).isEqualTo("198.51.100.7");
    }
    try (IntakeServer plain = new IntakeServer(EdgeSettings.plain())) {
      Answer created = plain.send("POST", "/Users", "{'userName':'x'}", forwarded);
      assertThat(created.header("Location")).startsWith(plain.base());
      assertThat(plain.directory.requests.getLast().by().address()).isEqualTo("127.0.0.1");
    }
  }
}
