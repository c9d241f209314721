package dev.idbridge.connector.http;

import dev.idbridge.connector.spi.AppHttp.Request;
import dev.idbridge.connector.spi.AppHttp.Response;
import dev.idbridge.connector.spi.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: what the steps of the client chain know of it. Belongs to one thread, but
 * for {@link #timedOut}.
 */
final class HttpCall {
  final Request request;
  final String userAgent;
  final Deadline deadline;

  /** A connection was ready and the request was handed to it. */
  boolean sent;

  /** The connection had carried an earlier request and was found closed before any answer. */
  boolean staleConnection;

  /** The status line, once it came. */
  int status;

  /** The body passed the bound. */
  boolean tooLong;

  @Nullable Response response;

  /** The deadline cut the connection. */
  volatile boolean timedOut;

  /**
   * @param userAgent sent unless the request names its own
   */
  HttpCall(Request request, String userAgent, Deadline deadline) {
    this.request = request;
    this.userAgent = userAgent;
    this.deadline = deadline;
  }
}
