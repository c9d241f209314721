package dev.idbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.MariaDbServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A server as production has it: users with passwords and rights, TLS required and verified. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredMariaDbTest {
  @TempDir static Path folder;
  private static MariaDbServer server;

  @BeforeAll
  static void start() throws Exception {
    certificate("server", "CN=localhost", "san=ip:127.0.0.1");
    certificate("other", "CN=elsewhere", "san=dns:elsewhere");
    Path rights =
        Files.writeString(
            folder.resolve("rights.sql"),
            """
            CREATE DATABASE bridge;
            CREATE USER 'bridge'@'127.0.0.1' IDENTIFIED BY 'right' REQUIRE SSL;
            CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY 'right' REQUIRE SSL;
            GRANT ALL ON bridge.* TO 'bridge'@'127.0.0.1';
            """
                + readmeStatements());
    server =
        MariaDbServer.start(
            false,
            List.of(
                "--ssl-cert=" + folder.resolve("server.pem"),
                "--ssl-key=" + folder.resolve("server.key"),
                "--skip-name-resolve",
                "--init-file=" + rights));
  }

  private static String readmeStatements() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    int from = readme.indexOf("```sql\n") + "```sql\n".length();
    return readme.substring(from, readme.indexOf("```", from));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void certificate(String name, String subject, String extension) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "2",
                "-dname",
                subject,
                "-ext",
                extension,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    Key key = keys.getKey(name, "changeit".toCharArray());
    Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
    Files.writeString(
        folder.resolve(name + ".pem"), pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
        + "\n-----END "
        + what
        + "-----\n";
  }

  private static Store open(String user, String password, String trusted) {
    return open("bridge", user, password, trusted);
  }

  private static Store open(String database, String user, String password, String trusted) {
    String url =
        "jdbc:mariadb://127.0.0.1:"
            + server.port()
            + "/"
            + database
            + "?sslMode=verify-full&serverSslCert="
            + folder.resolve(trusted + ".pem");
    return Store.open(new StoreSettings(url, user, password, 4), Databases.ENTITIES);
  }

  @Test
  @Order(1)
  void theStoreWorksWithAUserOfItsOwnOverVerifiedTls() throws Exception {
    try (Store store = open("bridge", "right", "server");
        Intake intake = new Intake(store)) {
      assertThat(intake.readUser(intake.newUser("tls")).userName()).isEqualTo("tls");
      assertThat(intake.rows("SHOW SESSION STATUS LIKE 'Ssl_version'").getFirst().get(1))
          .startsWith("TLSv1");
    }
  }

  @Test
  @Order(1)
  void theStatementsOfTheReadmeMakeAStoreThatWorks() throws Exception {
    try (Store store = open("idbridge", "idbridge", "choose-one", "server");
        Intake intake = new Intake(store)) {
      assertThat(intake.readUser(intake.newUser("josé")).userName()).isEqualTo("josé");
    }
  }

  @Test
  @Order(2)
  void aServerThatIsNotTheTrustedOneIsRefused() {
    assertThatThrownBy(() -> open("bridge", "right", "other"))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("TLS (sslMode");
  }

  @Test
  @Order(3)
  void aWrongPasswordAndMissingRightsAreToldAsSuch() {
    assertThatThrownBy(() -> open("bridge", "wrong", "server"))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("access was denied")
        .hasMessageNotContaining("wrong");
    assertThatThrownBy(() -> open("reader", "right", "server"))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("access was denied");
  }

  @Test
  @Order(4)
  void aServerThatGoesAwayIsUnavailableNotBroken() throws Exception {
    try (Store store = open("bridge", "right", "server");
        Intake intake = new Intake(store)) {
      String id = intake.newUser("before");
      server.close();
      assertThatThrownBy(() -> intake.readUser(id)).isInstanceOf(StoreUnavailable.class);
      assertThatThrownBy(() -> intake.send(Intake.user("after")).get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(StoreUnavailable.class);
    }
  }
}
