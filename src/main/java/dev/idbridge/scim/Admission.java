package dev.idbridge.scim;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets requests in, before they get a worker: by the rate of their token, by the memory that all
 * large bodies together may take, by the number there is. Who has to wait holds a timer and its
 * connection, nothing else.
 */
final class Admission implements Handler<RoutingContext> {
  private static final int MOST_AT_ONCE = 10_000;
  private static final long SMALL = 64 * 1024;

  /** What a body of a known token is taken for that does not say how long it is. */
  private static final long UNTOLD = 256 * 1024;

  private static final long LOOK_AGAIN_MILLIS = 50;
  private static final Set<HttpMethod> WITH_BODY =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  private final RateLimit rate;
  private final Proxies proxies;
  private final ServerErrors errors;
  private final long patience;
  private final long largest;
  private final long largeBodies;
  private final AtomicLong inLargeBodies = new AtomicLong();
  private final Map<HttpServerRequest, Long> arrivals = new ConcurrentHashMap<>();

  Admission(EdgeSettings settings, RateLimit rate, ServerErrors errors) {
    this.rate = rate;
    this.proxies = new Proxies(settings.trustedProxies());
    this.errors = errors;
    this.patience = settings.limits().patience().toNanos();
    this.largest = settings.limits().body();
    this.largeBodies = Math.max(largest, Runtime.getRuntime().maxMemory() / 32);
  }

  /** How many requests were let in and are not answered yet. */
  int underWay() {
    return arrivals.size();
  }

  /** When a request that was let in came, by the monotonic clock. */
  long arrival(HttpServerRequest request) {
    Long at = arrivals.get(request);
    return at == null ? System.nanoTime() : at;
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    long now = System.nanoTime();
    if (arrivals.size() >= MOST_AT_ONCE) {
      errors.answer(
          request, 503, "more requests are under way than the bridge can take; try again", 1);
      return;
    }
    String caller = caller(request);
    RateLimit.Turn turn = rate.take(caller, now);
    if (turn.refused()) {
      errors.answer(
          request,
          429,
          "this token sends more requests than it may; send it again after the time in Retry-After",
          turn.retryAfterSeconds());
      return;
    }
    arrivals.put(request, now);
    context.addEndHandler(done -> arrivals.remove(request));
    if (turn.nanos() <= 0) {
      body(context, caller, now);
      return;
    }
    request.pause();
    later(context, TimeUnit.NANOSECONDS.toMillis(turn.nanos()), () -> body(context, caller, now));
  }

  private String caller(HttpServerRequest request) {
    String peer = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    return rate.caller(
        request.getHeader("Authorization"),
        proxies.client(peer, request.getHeader("X-Forwarded-For")));
  }

  /** Holds a large body back until those before it have left the memory. */
  private void body(RoutingContext context, String caller, long since) {
    long size = size(context.request(), RateLimit.isToken(caller));
    if (size <= SMALL) {
      enter(context);
      return;
    }
    long all = inLargeBodies.get();
    // Strangers, who may announce what they never send, leave half of it to known tokens.
    long share = RateLimit.isToken(caller) ? largeBodies : largeBodies / 2;
    if (all > 0 && all + size > share) {
      if (System.nanoTime() - since > patience) {
        errors.answer(
            context.request(), 503, "too many large requests are under way; try again", 1);
        return;
      }
      context.request().pause();
      later(context, LOOK_AGAIN_MILLIS, () -> body(context, caller, since));
    } else if (inLargeBodies.compareAndSet(all, all + size)) {
      context.addEndHandler(done -> inLargeBodies.addAndGet(-size));
      enter(context);
    } else {
      body(context, caller, since);
    }
  }

  private static void enter(RoutingContext context) {
    context.request().resume();
    context.next();
  }

  private static void later(RoutingContext context, long millis, Runnable then) {
    context
        .vertx()
        .setTimer(
            Math.max(1, millis),
            timer -> {
              if (!context.response().closed()) {
                then.run();
              }
            });
  }

  /** A stranger's body that does not say how long it is may become as long as any. */
  private long size(HttpServerRequest request, boolean known) {
    String length = request.getHeader("Content-Length");
    if (length == null) {
      boolean comes =
          request.getHeader("Transfer-Encoding") != null
              || (request.version() == HttpVersion.HTTP_2 && WITH_BODY.contains(request.method()));
      return comes ? known ? UNTOLD : largest : 0;
    }
    try {
      return Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
