package dev.idbridge.scim;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Resources;
import dev.idbridge.directory.Tokens;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.normalise.Normaliser;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.VertxOptions;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Puts the intake together. {@link #bind} gives the route files their steps: {@code scimReceive},
 * {@code scimAuthenticate}, {@code scimParse}, {@code scimNormalise}, {@code scimFind}, {@code
 * scimDiscovery}, {@code scimAnswer}, {@code scimError}, and those of bulk requests, {@code
 * scimBulk...}.
 *
 * <p>The routes need a {@code direct:change} that takes a {@code ChangeRequest} and leaves a {@code
 * Committed}, or fails with {@code ChangeRefused} or {@code StoreUnavailable}; it may complete on
 * any thread. The routes listen on {@link #listener}, which is to be added to the context as a
 * service before they start.
 */
public final class ScimEdge {
  /**
   * Exchange property that the step which hands a change to the write path sets to true: what the
   * write path refuses, it notes in the sync log itself, and the intake log is not called.
   */
  public static final String HANDED_OVER = "changeHandedOver";

  private final Map<String, Object> beans = new LinkedHashMap<>();
  private final Receive receive;
  private final EdgeSettings settings;
  private final Admission admission;
  private final ServerErrors errors;

  /**
   * @throws IllegalArgumentException when a base path or a trusted proxy in the settings cannot be
   *     understood
   */
  public ScimEdge(
      Directories directories,
      Tokens tokens,
      Resources resources,
      IntakeLog intake,
      MeterRegistry meters,
      Clock clock,
      EdgeSettings settings) {
    ScimSchema schemas = ScimSchema.STANDARD;
    RequestTimer timer = new RequestTimer(meters);
    RateLimit rate = new RateLimit(settings.limits());
    this.settings = settings;
    errors = new ServerErrors(timer, settings.limits());
    admission = new Admission(settings, rate, errors);
    receive = new Receive(settings, timer, admission);
    beans.put("scimReceive", receive);
    beans.put("scimAuthenticate", new Authenticate(directories, tokens, rate));
    beans.put("scimParse", new Parse(schemas));
    beans.put("scimNormalise", new Normalise(new Normaliser(schemas)));
    beans.put("scimFind", new Find(resources));
    beans.put("scimDiscovery", new Discovery(schemas, settings.limits()));
    beans.put("scimAnswer", new Answer(schemas));
    AnswerError errorAnswers = new AnswerError(intake, clock);
    beans.put("scimError", errorAnswers);
    beans.putAll(new BulkSteps(settings.limits(), rate, errorAnswers).all());
    beans.put("scimServerThreads", new VertxOptions().setWorkerPoolSize(settings.workers()));
  }

  /** Makes the steps known by name: {@code main::bind}, before the routes are loaded. */
  public void bind(BiConsumer<String, Object> registry) {
    beans.forEach(registry);
  }

  /**
   * The server for the routes.
   *
   * @param port 0 takes any free one
   * @param keys with these TLS is spoken, else plain HTTP; asked anew at every handshake
   */
  public IntakeListener listener(String host, int port, @Nullable X509KeyManager keys) {
    return new IntakeListener(host, port, keys, settings.limits(), admission, errors);
  }

  /**
   * From now on every request is answered 503 with Retry-After; those in flight go on. An empty
   * answer, or a 404 of a server without routes, would tell an IdP that its users are gone.
   */
  public void stopping() {
    receive.stopping();
  }
}
