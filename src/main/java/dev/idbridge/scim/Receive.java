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
  private volatile boolean stopping;

  Receive(EdgeSettings settings, RequestTimer timer) {
    this.bases = new BasePaths(settings.basePaths());
    this.proxies = new Proxies(settings.trustedProxies());
    this.publicUrl = settings.publicUrl();
    this.timer = timer;
  }

  /** From now on requests are refused: the daemon is ending. */
  void stopping() {
    stopping = true;
  }

  @Override
  public void process(Exchange exchange) throws Refusal {
    Inbound in = Inbound.of(exchange, publicUrl, proxies);
    exchange.setProperty(INBOUND, in);
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(null);
    timer.start(exchange, in);
    if (stopping) {
      throw new Refusal(
          503, "", "the bridge is being stopped; send it again", Map.of("Retry-After", "5"));
    }
    if (in.body().length > EdgeSettings.MAX_BODY) {
      throw tooLarge();
    }
    BasePaths.Match match = bases.match(in.path());
    if (match == null) {
      throw Endpoint.notFound(in.path());
    }
    List<String> rest = match.rest().stream().map(Receive::segment).toList();
    Endpoint endpoint = Endpoint.of(in.method(), rest);
    ScimCall call =
        new ScimCall(
            in, in.origin() + match.base(), match.directory(), endpoint, new Query(in.query()));
    exchange.setProperty(ScimCall.PROPERTY, call);
    exchange.setProperty(ScimCall.KIND, call.operation().kind());
  }

  /** In a path, {@code +} is itself. */
  private static String segment(String raw) {
    return Query.decoded(raw.replace("+", "%2B"));
  }

  static Refusal tooLarge() {
    return new Refusal(
        413,
        "the body is larger than %d bytes; send fewer members or operations per request"
            .formatted(EdgeSettings.MAX_BODY));
  }
}
