package dev.idbridge.directory;

import java.time.Duration;

/**
 * What a query may cost.
 *
 * @param scan most resources looked at one by one to answer what no index does
 * @param time after which no further statement begins, and the longest that one may take
 */
public record QueryLimits(int scan, Duration time) {
  public static final QueryLimits DEFAULT = new QueryLimits(200_000);

  public QueryLimits(int scan) {
    this(scan, Duration.ofSeconds(20));
  }
}
