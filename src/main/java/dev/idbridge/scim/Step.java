package dev.idbridge.scim;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.slf4j.MDC;

/** A step of the intake route after the first; what it logs carries the request's id. */
abstract class Step implements Processor {
  static final String MDC_KEY = "request_id";

  @Override
  public final void process(Exchange exchange) throws Exception {
    ScimCall call = ScimCall.of(exchange);
    try (MDC.MDCCloseable closing = MDC.putCloseable(MDC_KEY, call.in.requestId())) {
      run(call, exchange.getMessage());
    }
  }

  abstract void run(ScimCall call, Message message) throws Exception;
}
