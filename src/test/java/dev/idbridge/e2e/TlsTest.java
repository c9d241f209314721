package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.ServedBridge;
import dev.idbridge.store.StoreSettings;
import dev.idbridge.testing.Certificates;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The intake on HTTPS, without a proxy. */
class TlsTest {
  @TempDir Path folder;

  private ServedBridge serve() throws Exception {
    Path conf =
        Bridge.configure(
            folder,
            new StoreSettings("jdbc:h2:file:" + folder.resolve("db"), null, null, 4),
            Map.of());
    Path settings = conf.resolve("idbridge.yaml");
    Files.writeString(
        settings,
        Files.readString(settings)
            .replace(
                "server: {port: 0}",
                "server: {port: 0, tls: {certificate: '%s', key: '%s'}}"
                    .formatted(folder.resolve("server.pem"), folder.resolve("server.key"))));
    return new ServedBridge(conf, folder.resolve("data"));
  }

  private Certificates install(Certificates made) throws Exception {
    return made.certificateTo(folder.resolve("server.pem")).keyTo(folder.resolve("server.key"));
  }

  /** Trusts everybody: whose certificate it is, the test looks at. */
  private static SSLSocket connect(String intake, String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Trusting()}, null);
    URI uri = URI.create(intake);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(uri.getHost(), uri.getPort());
    socket.setSoTimeout(10_000);
    socket.setEnabledProtocols(protocols);
    socket.startHandshake();
    return socket;
  }

  private static String subject(SSLSocket socket) throws Exception {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  private static String ask(SSLSocket socket) throws Exception {
    OutputStream out = socket.getOutputStream();
    out.write(
        "GET /scim/v2/ServiceProviderConfig HTTP/1.1\r\nHost: id.example\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
    byte[] answer = new byte[4096];
    int length = socket.getInputStream().read(answer);
    return new String(answer, 0, length, StandardCharsets.UTF_8);
  }

  @Test
  void theIntakeSpeaksTls12And13AndNothingOlder() throws Exception {
    install(Certificates.ec("id.example"));
    try (ServedBridge daemon = serve()) {
      assertThat(daemon.intake()).startsWith("https://");
      for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
        try (SSLSocket socket = connect(daemon.intake(), protocol)) {
          assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
          assertThat(ask(socket)).startsWith("HTTP/1.1 200").contains("https://id.example/scim/v2");
        }
      }
      assertThatThrownBy(() -> connect(daemon.intake(), "TLSv1.1"))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void aRenewedCertificateCountsFromTheNextConnectionAndABrokenOneNever() throws Exception {
    install(Certificates.rsa("first.example"));
    try (ServedBridge daemon = serve();
        SSLSocket open = connect(daemon.intake(), "TLSv1.3")) {
      assertThat(subject(open)).isEqualTo("CN=first.example");

      install(Certificates.ec("second.example"));
      Wait.until(
          Duration.ofSeconds(30),
          () -> {
            try (SSLSocket fresh = connect(daemon.intake(), "TLSv1.3")) {
              assertThat(subject(fresh)).isEqualTo("CN=second.example");
            }
          });
      assertThat(ask(open)).as("a connection that was open").startsWith("HTTP/1.1 200");

      Certificates.rsa("third.example").certificateTo(folder.resolve("server.pem"));
      Files.writeString(folder.resolve("server.key"), "broken");
      long until = System.nanoTime() + Duration.ofSeconds(8).toNanos();
      while (System.nanoTime() < until) {
        try (SSLSocket fresh = connect(daemon.intake(), "TLSv1.3")) {
          assertThat(subject(fresh)).isEqualTo("CN=second.example");
        }
      }
      install(Certificates.rsa("fourth.example"));
      Wait.until(
          Duration.ofSeconds(30),
          () -> {
            try (SSLSocket fresh = connect(daemon.intake(), "TLSv1.3")) {
              assertThat(subject(fresh)).isEqualTo("CN=fourth.example");
            }
          });
    }
  }

  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
