package dev.idbridge.scim;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Resources;
import dev.idbridge.directory.Tokens;
import dev.idbridge.jwt.AccessTokens;
import dev.idbridge.jwt.IdTokens;
import dev.idbridge.jwt.PublishedKeys;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.normalise.Normaliser;
import dev.idbridge.scim.dialect.Dialects;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Puts the intake together. {@link #bind} gives the route files their steps: {@code scimReceive},
 * {@code scimAuthenticate}, {@code scimParse}, {@code scimNormalise}, {@code scimRelate}, {@code
 * scimFind}, {@code scimDiscovery}, {@code scimAnswer}, {@code scimError}, and those of bulk
 * requests, {@code scimBulk...}, of sign-ins, {@code jit...}, and of token requests, {@code
 * oauth...}.
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

  /**
   * What the edge reaches beside the directory.
   *
   * @param fetch gets the keys of OpenID providers
   * @param keys where daemons publish the keys of their access tokens
   */
  public record Outside(IdTokens.Fetch fetch, PublishedKeys keys) {
    private static final Outside NONE =
        new Outside(
            address -> {
              throw new IOException("nothing is fetched");
            },
            new PublishedKeys() {
              @Override
              public void publish(String kid, String publicJwk, Instant until) {
                throw new IllegalStateException("nothing is published");
              }

              @Override
              public Optional<String> find(String kid) {
                return Optional.empty();
              }
            });
  }

  /** Answers to writes that read groups and members, at one time. */
  private static final int ANSWERING = 8;

  private final Map<String, Object> beans = new LinkedHashMap<>();
  private final Receive receive;
  private final EdgeSettings settings;
  private final Admission admission;
  private final ServerErrors errors;

  /**
   * @param schemas what users and groups may say
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
      ScimSchema schemas,
      EdgeSettings settings) {
    this(
        directories,
        tokens,
        resources,
        intake,
        meters,
        clock,
        schemas,
        settings,
        ReadSettings.plain(),
        Outside.NONE);
  }

  /**
   * The same with settings of what is read.
   *
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
      ScimSchema schemas,
      EdgeSettings settings,
      ReadSettings reads,
      Outside outside) {
    Cursors cursors = new Cursors(reads.cursorKey(), reads.cursorLife(), clock);
    RequestTimer timer = new RequestTimer(meters);
    RateLimit rate = new RateLimit(settings.limits());
    this.settings = settings;
    errors = new ServerErrors(timer, settings.limits());
    admission = new Admission(settings, rate, errors);
    Dialects dialects = new Dialects(directories, clock);
    receive = new Receive(settings, timer, admission);
    beans.put("scimReceive", receive);
    AccessTokens access =
        new AccessTokens(outside.keys(), clock, settings.ways().accessTokenLife());
    beans.put(
        "scimAuthenticate",
        new Authenticate(
            directories, new Credentials(tokens, access, settings.ways()), dialects, rate, meters));
    beans.put("scimParse", new Parse(schemas, cursors));
    beans.put("scimNormalise", new Normalise(new Normaliser(schemas), dialects));
    beans.put("scimFind", new Find(resources));
    beans.put("scimRelate", new Relate(resources, answering()));
    beans.put("scimDiscovery", new Discovery(schemas, settings, reads.cursorLife()));
    beans.put("scimAnswer", new Answer(schemas, resources, cursors));
    AnswerError errorAnswers = new AnswerError(intake, clock);
    beans.put("scimError", errorAnswers);
    beans.putAll(
        new OAuthSteps(
                receive, directories, tokens, access, rate, errorAnswers, settings.ways().oauth())
            .all());
    beans.putAll(new BulkSteps(settings.limits(), rate, errorAnswers).all());
    beans.putAll(
        new SignInSteps(
                receive, directories, resources, new IdTokens(outside.fetch(), clock), schemas)
            .all());
    beans.put("scimServerThreads", new VertxOptions().setWorkerPoolSize(settings.workers()));
  }

  /** Every method and path below a base path, as {@code GET /Users/{id}}. */
  public static List<String> endpoints() {
    return Endpoint.offered();
  }

  private static Executor answering() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            ANSWERING,
            ANSWERING,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("answer-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
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

  /** Requests that have no answer yet, whichever route they are for. */
  public int underWay() {
    return admission.underWay();
  }
}
