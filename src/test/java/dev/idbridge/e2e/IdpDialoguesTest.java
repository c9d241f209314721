package dev.idbridge.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.dialogue.Dialogue;
import dev.idbridge.dialogue.Player;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.RawWire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every dialogue under {@code src/test/resources/idp}, played to a daemon on each database. A quirk
 * of an identity provider is added by adding a file.
 */
@ParameterizedClass
@EnumSource
class IdpDialoguesTest {
  private static final Path FOLDER = Path.of("src/test/resources/idp");
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir static Path folder;
  private static Bridge bridge;
  private static Map<String, String> clients;

  @Parameter DatabaseKind kind;

  @BeforeParameterizedClassInvocation
  static void serve(DatabaseKind kind) throws Exception {
    bridge =
        new Bridge(
            kind,
            Files.createDirectories(folder.resolve(kind.name())),
            Map.of(),
            "authentication: {oauth: true, basic: true}\n");
    Ran made = bridge.daemon.verb("token", "create", "--kind", "client", "--json");
    JsonNode client = Json.tree(made.out());
    String id = client.path("token").path("client_id").asText();
    String secret = client.path("secret").asText();
    clients =
        Map.of(
            "client",
            id,
            "secret",
            secret,
            "basic",
            Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8)));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    bridge.close();
  }

  static List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(FOLDER)) {
      return all.filter(f -> f.toString().endsWith(".http"))
          .map(f -> FOLDER.relativize(f).toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void whatTheClientSendsIsAnsweredAsItExpects(String file) throws Exception {
    assertThat(file).matches("[a-z]+/[0-9]{3}-[a-z0-9-]+\\.http");
    Dialogue dialogue = Dialogue.parse(Files.readString(FOLDER.resolve(file)));
    assertThat(dialogue.title()).isNotBlank();
    Map<String, String> known = new HashMap<>(clients);
    known.put("unique", "q" + COUNT.incrementAndGet());
    new Player(new RawWire(bridge.scim.base), bridge.scim.base, bridge.scim.token)
        .play(dialogue, known);
  }
}
