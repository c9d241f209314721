package dev.idbridge;

import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.TlsKeys;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The intake's certificate and key, read anew when their files change. Every handshake takes what
 * is current; connections that are open go on. A renewal that cannot be used changes nothing but
 * the log.
 */
final class RenewedKeys extends X509ExtendedKeyManager implements AutoCloseable {
  static final Duration EVERY = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(RenewedKeys.class);

  private final BridgeConfig.Tls files;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("tls-files").daemon().factory());
  private volatile TlsKeys current;
  private String told = "";

  /**
   * @param every how often the files are looked at
   * @throws TlsKeys.Unusable when the files cannot be used now
   */
  RenewedKeys(BridgeConfig.Tls files, Clock clock, Duration every) throws TlsKeys.Unusable {
    this.files = files;
    this.clock = clock;
    this.current = TlsKeys.read(files);
    warn();
    timer.scheduleWithFixedDelay(
        this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      if (current.outdated(files)) {
        renew();
      }
    } catch (RuntimeException e) {
      LOG.error("The TLS files cannot be looked at; the certificate in use stays", e);
    }
  }

  private void renew() {
    try {
      current = TlsKeys.read(files);
      told = "";
      LOG.info("The intake's certificate was renewed: {}", current.summary());
      warn();
    } catch (TlsKeys.Unusable e) {
      // A renewal writes two files: between the two they do not fit. Told once, not every time.
      String message = "server.tls." + e.setting() + " " + e.getMessage();
      if (!message.equals(told)) {
        told = message;
        LOG.warn(
            "The changed TLS files are not used: {}. The old certificate stays in use: {}",
            message,
            current.summary());
      }
    }
  }

  private void warn() {
    current.warning(clock.instant()).ifPresent(LOG::warn);
  }

  @Override
  public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
    return current.manager().getServerAliases(type, issuers);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return current.manager().chooseServerAlias(type, issuers, socket);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return current.manager().chooseEngineServerAlias(type, issuers, engine);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return current.manager().getCertificateChain(alias);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return current.manager().getPrivateKey(alias);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
