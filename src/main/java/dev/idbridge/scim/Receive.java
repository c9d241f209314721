package dev.idbridge.scim;

import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * The first step: takes the request apart, forgets every inbound header, finds out what is asked
 * and starts the request's clock.
 */
final class Receive implements Processor {
  /** The exchange property with what came in, there even when the path means nothing. */
  static final String INBOUND = "scimInbound";

  private final BasePaths bases;
  private final Proxies proxies;
  private final @Nullable String publicUrl;
  private final RequestTimer timer;
  private final EdgeSettings.Limits limits;
  private final Admission admission;
  private volatile boolean stopping;

  Receive(EdgeSettings settings, RequestTimer timer, Admission admission) {
    this.bases = new BasePaths(settings.basePaths());
    this.proxies = new Proxies(settings.trustedProxies());
    this.publicUrl = settings.publicUrl();
    this.timer = timer;
    this.limits = settings.limits();
    this.admission = admission;
  }

  /** From now on requests are refused: the daemon is ending. */
  void stopping() {
    stopping = true;
  }

  @Override
  public void process(Exchange exchange) throws Refusal {
    Inbound in = take(exchange);
    BasePaths.Match match = bases.match(in.path());
    if (match == null) {
      throw BasePaths.OTHER_VERSION.matcher(in.path()).find()
          ? new Refusal(
              400, "invalidVers", "only version 2 of SCIM is served, under /scim/v2", Map.of())
          : Endpoint.notFound(in.path());
    }
    List<String> rest = match.rest().stream().map(Receive::segment).toList();
    Endpoint endpoint = Endpoint.of(in.method(), rest);
    ScimCall call =
        new ScimCall(
            in, in.origin() + match.base(), match.directory(), endpoint, new Query(in.query()));
    exchange.setProperty(ScimCall.PROPERTY, call);
    exchange.setProperty(ScimCall.KIND, call.operation().kind());
  }

  /** What came in, whatever it is; its clock runs from now on. */
  Inbound take(Exchange exchange) throws Refusal {
    Inbound in = Inbound.of(exchange, publicUrl, proxies, admission);
    exchange.setProperty(INBOUND, in);
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(null);
    timer.start(exchange, in);
    if (stopping) {
      throw new Refusal(
          503, "", "the bridge is being stopped; send it again", Map.of("Retry-After", "5"));
    }
    if (System.nanoTime() - in.startedNanos() > limits.deadline().toNanos()) {
      throw tooLate();
    }
    if (in.body().length > limits.body()) {
      throw tooLarge(limits.body());
    }
    return in;
  }

  /** Decoded segments of a path below the base path; what follows a {@code ?} does not count. */
  static List<String> segments(String path) {
    int query = path.indexOf('?');
    return BasePaths.segments(query < 0 ? path : path.substring(0, query)).stream()
        .map(Receive::segment)
        .toList();
  }

  /** In a path, {@code +} is itself. */
  private static String segment(String raw) {
    return Query.decoded(raw.replace("+", "%2B"));
  }

  static Refusal tooLarge(int most) {
    return new Refusal(
        413,
        "the body is larger than %d bytes (server.limits.body); send fewer members or operations"
                .formatted(most)
            + " per request");
  }

  static Refusal tooLate() {
    return new Refusal(
        503,
        "",
        "the bridge has too much to do to answer in time; nothing was changed, try again",
        Map.of("Retry-After", "5"));
  }
}
