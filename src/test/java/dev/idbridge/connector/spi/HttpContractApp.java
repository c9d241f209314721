package dev.idbridge.connector.spi;

import dev.idbridge.connector.http.CamelAppHttp;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.HttpFaults.Fault;
import dev.idbridge.testing.TestServices;
import dev.idbridge.testing.TestSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;

/** An app with an HTTP API behind the fault shim. */
public abstract class HttpContractApp implements ContractApp {
  public final HttpFaults faults;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final CamelAppHttp http =
      new CamelAppHttp(camel, "contract", Map.of(), new SimpleMeterRegistry());

  /**
   * @param url scheme, host and port of the app
   */
  protected HttpContractApp(String url) {
    faults = new HttpFaults(url);
    camel.start();
  }

  /** A connector of this kind and with these settings, that calls through the shim. */
  protected final Connector connect(
      ConnectorFactory factory, Clock clock, Map<String, String> settings) {
    return factory.create(
        new TestSettings(factory.settings(), settings), new TestServices("contract", clock, http));
  }

  @Override
  public Connector connect() {
    return connectWith(secret());
  }

  @Override
  public void stop() {
    faults.refuse(true);
  }

  @Override
  public void start() {
    faults.refuse(false);
  }

  @Override
  public void loseTheNextAnswer() {
    faults.next("write", new Fault.LoseAnswer());
  }

  @Override
  public void silent(boolean from) {
    faults.silent(from);
  }

  @Override
  public Optional<HttpFaults> http() {
    return Optional.of(faults);
  }

  @Override
  public void close() {
    http.close();
    camel.stop();
    faults.close();
  }
}
