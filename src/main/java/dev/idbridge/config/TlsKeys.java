package dev.idbridge.config;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The intake's certificate chain and private key as they were in their PEM files at one moment:
 * read, parsed, and found to belong together. RSA and EC keys, in PKCS#8, PKCS#1 or SEC 1, not
 * encrypted.
 */
public final class TlsKeys {
  private static final Duration SOON = Duration.ofDays(14);

  private final byte[] certificateFile;
  private final byte[] keyFile;
  private final X509ExtendedKeyManager manager;
  private final X509Certificate certificate;

  private TlsKeys(
      byte[] certificateFile,
      byte[] keyFile,
      X509ExtendedKeyManager manager,
      X509Certificate certificate) {
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
    this.manager = manager;
    this.certificate = certificate;
  }

  /** Why the files cannot be used, and what to do. Never holds anything of a key. */
  public static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;
    private final String setting;

    Unusable(String setting, String message) {
      super(message);
      this.setting = setting;
    }

    /** {@code certificate} or {@code key}. */
    public String setting() {
      return setting;
    }
  }

  /**
   * Reads both files.
   *
   * @throws Unusable when a file is missing, no PEM, or the two do not belong together
   */
  public static TlsKeys read(BridgeConfig.Tls files) throws Unusable {
    byte[] chain = bytes("certificate", files.certificate());
    byte[] key = bytes("key", files.key());
    marked("certificate", files.certificate(), chain, "-----BEGIN CERTIFICATE-----");
    String text = new String(key, java.nio.charset.StandardCharsets.ISO_8859_1);
    if (text.contains("ENCRYPTED")) {
      throw new Unusable(
          "key",
          "is encrypted in '%s'; write it without a password (openssl pkey -in FILE -out PLAIN)"
                  .formatted(files.key())
              + " and give it mode 0600");
    }
    marked("key", files.key(), key, "PRIVATE KEY-----");
    X509ExtendedKeyManager manager = manager(files, chain, key);
    String[] aliases = manager.getServerAliases("RSA", null);
    if (aliases == null) {
      aliases = manager.getServerAliases("EC", null);
    }
    if (aliases == null || aliases.length == 0) {
      throw new Unusable("key", "in '%s' is neither an RSA nor an EC key".formatted(files.key()));
    }
    X509Certificate certificate = manager.getCertificateChain(aliases[0])[0];
    if (!belongTogether(certificate, manager.getPrivateKey(aliases[0]))) {
      throw mismatch(files);
    }
    return new TlsKeys(chain, key, manager, certificate);
  }

  private static X509ExtendedKeyManager manager(BridgeConfig.Tls files, byte[] chain, byte[] key)
      throws Unusable {
    try {
      PemKeyCertOptions pem =
          new PemKeyCertOptions()
              .addCertValue(Buffer.buffer(chain))
              .addKeyValue(Buffer.buffer(key));
      for (KeyManager one : pem.getKeyManagerFactory(null).getKeyManagers()) {
        if (one instanceof X509ExtendedKeyManager manager) {
          return manager;
        }
      }
      throw new IllegalStateException("the JDK gave no X.509 key manager");
    } catch (IllegalArgumentException e) {
      // An RSA key beside an EC certificate is told this way.
      throw mismatch(files);
    } catch (Exception e) {
      throw new Unusable(
          "key",
          "and the certificate cannot be read as PEM from '%s' and '%s'; make them anew"
              .formatted(files.key(), files.certificate()));
    }
  }

  private static Unusable mismatch(BridgeConfig.Tls files) {
    return new Unusable(
        "key",
        "in '%s' does not belong to the certificate in '%s': the first certificate there must be"
                .formatted(files.key(), files.certificate())
            + " the server's own, made from this key");
  }

  private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
    try {
      Signature signature =
          Signature.getInstance(
              key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      byte[] text = {1, 2, 3};
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] bytes(String setting, Path file) throws Unusable {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new Unusable(setting, "names '%s', which is not there".formatted(file));
    } catch (AccessDeniedException e) {
      throw new Unusable(
          setting, "names '%s', which the daemon's user may not read".formatted(file));
    } catch (IOException e) {
      throw new Unusable(setting, "names '%s', which cannot be read".formatted(file));
    }
  }

  private static void marked(String setting, Path file, byte[] content, String mark)
      throws Unusable {
    if (!new String(content, java.nio.charset.StandardCharsets.ISO_8859_1).contains(mark)) {
      throw new Unusable(
          setting, "names '%s', which holds no PEM block '%s'".formatted(file, mark));
    }
  }

  public X509ExtendedKeyManager manager() {
    return manager;
  }

  /** Whether the files hold something else than when this was read, or cannot be read any more. */
  public boolean outdated(BridgeConfig.Tls files) {
    try {
      return !Arrays.equals(certificateFile, Files.readAllBytes(files.certificate()))
          || !Arrays.equals(keyFile, Files.readAllBytes(files.key()));
    } catch (IOException e) {
      return true;
    }
  }

  /** For logs: whose certificate it is and until when it counts. */
  public String summary() {
    return certificate.getSubjectX500Principal().getName()
        + ", valid until "
        + certificate.getNotAfter().toInstant();
  }

  /** What is wrong with the certificate's dates, for people; TLS is spoken all the same. */
  public Optional<String> warning(Instant now) {
    Instant end = certificate.getNotAfter().toInstant();
    @Nullable String what =
        now.isAfter(end)
            ? "expired at " + end
            : now.isBefore(certificate.getNotBefore().toInstant())
                ? "is not valid before " + certificate.getNotBefore().toInstant()
                : now.plus(SOON).isAfter(end) ? "expires soon, at " + end : null;
    return Optional.ofNullable(what)
        .map(
            w ->
                "the certificate %s %s; clients refuse it then. Renew it in place: the files are"
                        .formatted(certificate.getSubjectX500Principal().getName(), w)
                    + " read anew when they change");
  }
}
