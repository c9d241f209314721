package dev.idbridge.testing;

import com.unboundid.asn1.ASN1Sequence;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.util.ObjectPair;
import com.unboundid.util.ssl.cert.PublicKeyAlgorithmIdentifier;
import com.unboundid.util.ssl.cert.SignatureAlgorithmIdentifier;
import com.unboundid.util.ssl.cert.X509Certificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** A self-signed certificate with its key, to be written as PEM files. */
public final class Certificates {
  private final X509Certificate certificate;
  private final KeyPair keys;

  private Certificates(ObjectPair<X509Certificate, KeyPair> made) {
    this.certificate = made.getFirst();
    this.keys = made.getSecond();
  }

  public static Certificates rsa(String name) throws Exception {
    return make(
        SignatureAlgorithmIdentifier.SHA_256_WITH_RSA,
        PublicKeyAlgorithmIdentifier.RSA,
        2048,
        name,
        Instant.now().plus(Duration.ofDays(90)));
  }

  public static Certificates ec(String name) throws Exception {
    return make(
        SignatureAlgorithmIdentifier.SHA_256_WITH_ECDSA,
        PublicKeyAlgorithmIdentifier.EC,
        256,
        name,
        Instant.now().plus(Duration.ofDays(90)));
  }

  public static Certificates expired(String name) throws Exception {
    return make(
        SignatureAlgorithmIdentifier.SHA_256_WITH_RSA,
        PublicKeyAlgorithmIdentifier.RSA,
        2048,
        name,
        Instant.now().minus(Duration.ofDays(1)));
  }

  private static Certificates make(
      SignatureAlgorithmIdentifier signature,
      PublicKeyAlgorithmIdentifier algorithm,
      int size,
      String name,
      Instant end)
      throws Exception {
    return new Certificates(
        X509Certificate.generateSelfSignedCertificate(
            signature,
            algorithm,
            size,
            new DN("CN=" + name),
            end.minus(Duration.ofDays(365)).toEpochMilli(),
            end.toEpochMilli()));
  }

  public Certificates certificateTo(Path file) throws Exception {
    Files.writeString(file, certificate.toPEMString());
    return this;
  }

  /** In PKCS#8. */
  public Certificates keyTo(Path file) throws Exception {
    Files.writeString(file, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    return this;
  }

  /** In the older form of RSA keys, PKCS#1. */
  public Certificates olderKeyTo(Path file) throws Exception {
    byte[] inner =
        ASN1Sequence.decodeAsSequence(keys.getPrivate().getEncoded())
            .elements()[2]
            .decodeAsOctetString()
            .getValue();
    Files.writeString(file, pem("RSA PRIVATE KEY", inner));
    return this;
  }

  private static String pem(String what, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), what);
  }
}
