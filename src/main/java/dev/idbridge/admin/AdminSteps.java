package dev.idbridge.admin;

import dev.idbridge.model.StoreUnavailable;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the route {@code direct:admin}: {@code adminAuthenticate}, {@code adminAnswer},
 * {@code adminProblem}. Request and response travel as exchange properties, never as headers, so
 * that nothing a client sends can steer the route.
 */
public final class AdminSteps {
  static final String REQUEST = "idbridge.admin.request";
  static final String RESPONSE = "idbridge.admin.response";
  private static final String RETRY_SECONDS = "5";
  private static final Logger log = LoggerFactory.getLogger(AdminSteps.class);

  private final AdminToken token;
  private final AdminApi api;

  public AdminSteps(AdminToken token, AdminApi api) {
    this.token = token;
    this.api = api;
  }

  /** Makes the steps known to the route files. */
  public void bind(Registry registry) {
    registry.bind("adminAuthenticate", (Processor) e -> token.check(request(e).authorization()));
    registry.bind("adminAnswer", (Processor) e -> answer(e, api.answer(request(e))));
    registry.bind("adminProblem", (Processor) AdminSteps::problem);
  }

  private static AdminRequest request(Exchange exchange) {
    return exchange.getProperty(REQUEST, AdminRequest.class);
  }

  private static void answer(Exchange exchange, AdminResponse response) {
    exchange.setProperty(RESPONSE, response);
  }

  private static void problem(Exchange exchange) {
    answer(exchange, of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)));
  }

  static AdminResponse of(Exception cause) {
    if (cause instanceof AdminRefused refused) {
      return AdminResponse.of(refused);
    }
    if (cause instanceof DaemonNeeded needed) {
      return AdminResponse.problem(503, "No deliveries here", needed.getMessage(), Map.of());
    }
    if (cause instanceof StoreUnavailable) {
      return AdminResponse.problem(
          503,
          "Store unavailable",
          "the store cannot be used now; the daemon goes on trying",
          Map.of("Retry-After", RETRY_SECONDS));
    }
    log.error("an admin request failed", cause);
    return AdminResponse.problem(
        500, "Internal error", "the daemon's log has the details", Map.of());
  }
}
