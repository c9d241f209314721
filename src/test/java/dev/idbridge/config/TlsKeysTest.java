package dev.idbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.testing.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PEM files for TLS: what is accepted, and what people are told about the rest. */
class TlsKeysTest {
  @TempDir Path root;
  private Path certificate;
  private Path key;
  private ConfFolder conf;

  @BeforeEach
  void folder() throws Exception {
    certificate = root.resolve("server.pem");
    key = root.resolve("server.key");
    conf = new ConfFolder(root);
    conf.bridge("server: {tls: {certificate: '%s', key: '%s'}}".formatted(certificate, key));
  }

  @Test
  void rsaAndEcKeysAreReadInTheFormsThatToolsWrite() throws Exception {
    Certificates.rsa("a.example").certificateTo(certificate).keyTo(key);
    assertThat(conf.problems()).isEmpty();
    Certificates.rsa("a.example").certificateTo(certificate).olderKeyTo(key);
    assertThat(conf.problems()).isEmpty();
    Certificates.ec("a.example").certificateTo(certificate).keyTo(key);
    assertThat(conf.problems()).isEmpty();
    assertThat(TlsKeys.read(conf.read().server().tls()).summary()).contains("CN=a.example");
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    Certificates made = Certificates.rsa("a.example").keyTo(key);
    assertThat(conf.problems())
        .singleElement()
        .asString()
        .contains("server.tls.certificate: names '" + certificate + "', which is not there");
    made.certificateTo(certificate);
    Files.delete(key);
    assertThat(conf.problems())
        .singleElement()
        .asString()
        .contains("server.tls.key: names '" + key + "', which is not there");
  }

  @Test
  void halfASettingIsNoTls() throws Exception {
    conf.bridge("server: {tls: {certificate: a.pem}}");
    assertThat(conf.problems()).singleElement().asString().contains("server.tls.key: is missing");
    conf.bridge("server: {tls: {key: a.pem}}");
    assertThat(conf.problems())
        .singleElement()
        .asString()
        .contains("server.tls.certificate: is missing");
  }

  @Test
  void aKeyThatBelongsToAnotherCertificateIsRefused() throws Exception {
    Certificates.rsa("a.example").certificateTo(certificate);
    for (Certificates other :
        List.of(Certificates.rsa("a.example"), Certificates.ec("a.example"))) {
      other.keyTo(key);
      assertThat(conf.problems())
          .singleElement()
          .asString()
          .contains("server.tls.key")
          .contains("does not belong to the certificate");
    }
  }

  @Test
  void whatIsNoPemIsToldWithoutAnyOfItsContent() throws Exception {
    Certificates.rsa("a.example").certificateTo(certificate);
    Files.writeString(key, "hunter2");
    assertThat(conf.problems())
        .singleElement()
        .asString()
        .contains("holds no PEM block")
        .doesNotContain("hunter2");
    Files.writeString(
        key, "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n");
    assertThat(conf.problems())
        .singleElement()
        .asString()
        .contains("server.tls.key")
        .doesNotContain("aHVudGVyMg");
    Files.writeString(
        key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    assertThat(conf.problems()).singleElement().asString().contains("is encrypted", "openssl pkey");
    Certificates.rsa("a.example").keyTo(key);
    Files.writeString(certificate, "nothing");
    assertThat(conf.problems()).singleElement().asString().contains("server.tls.certificate");
  }

  @Test
  void anExpiredCertificateIsAWarningAndNoError() throws Exception {
    Certificates.expired("old.example").certificateTo(certificate).keyTo(key);
    assertThat(conf.problems()).isEmpty();
    TlsKeys keys = TlsKeys.read(conf.read().server().tls());
    assertThat(keys.warning(Instant.now()).orElseThrow())
        .contains("CN=old.example", "expired at", "Renew it");
    Instant before = Instant.now().minus(Duration.ofDays(100));
    assertThat(keys.warning(before)).isEmpty();
    assertThat(keys.warning(Instant.now().minus(Duration.ofDays(5))).orElseThrow())
        .contains("expires soon");
  }
}
