package dev.idbridge.store;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Set;

/**
 * Drops what the scheduler's job store logs, with stack traces and every few seconds, while the
 * database is away: {@link QuartzConnections} says so once; and its cry when it is told to stop
 * while it waits to try something again, which a stop makes needless. Named in {@code logback.xml}.
 */
public final class OutageFilter extends Filter<ILoggingEvent> {
  private static final Set<String> CONNECTIONS =
      Set.of(
          "java.sql.SQLTransientConnectionException",
          "java.sql.SQLNonTransientConnectionException",
          "java.sql.SQLRecoverableException");

  private static final String STOPPED = "Received interrupted exception";

  @Override
  public FilterReply decide(ILoggingEvent event) {
    if (event.getLoggerName().startsWith("org.quartz.")) {
      for (IThrowableProxy e = event.getThrowableProxy(); e != null; e = e.getCause()) {
        if (CONNECTIONS.contains(e.getClassName()) || STOPPED.equals(e.getMessage())) {
          return FilterReply.DENY;
        }
      }
    }
    return FilterReply.NEUTRAL;
  }
}
