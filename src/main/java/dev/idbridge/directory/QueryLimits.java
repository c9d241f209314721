package dev.idbridge.directory;

/**
 * What a query may cost.
 *
 * @param scan most resources looked at one by one to answer what no index does
 */
public record QueryLimits(int scan) {
  public static final QueryLimits DEFAULT = new QueryLimits(200_000);
}
