package dev.idbridge.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** Notes every prepared statement that is executed, with the rows its batch held. */
public final class CountingSource {
  private final DataSource source;
  private final List<String> executed = new CopyOnWriteArrayList<>();

  public CountingSource(DataSource source) {
    this.source = source;
  }

  /** What was executed since the last call, as {@code rows x first words}. */
  public List<String> drain() {
    List<String> all = List.copyOf(executed);
    executed.clear();
    return all;
  }

  public DataSource counted() {
    return proxy(
        DataSource.class,
        source,
        (name, arguments, result) ->
            result instanceof Connection connection ? connection(connection) : result);
  }

  private Connection connection(Connection connection) {
    return proxy(
        Connection.class,
        connection,
        (name, arguments, result) ->
            result instanceof PreparedStatement statement
                ? statement(statement, String.valueOf(arguments[0]))
                : result);
  }

  private PreparedStatement statement(PreparedStatement statement, String sql) {
    int[] batch = {0};
    return proxy(
        PreparedStatement.class,
        statement,
        (name, arguments, result) -> {
          switch (name) {
            case "addBatch" -> batch[0]++;
            case "executeBatch" -> {
              executed.add(batch[0] + " x " + sql.strip().split("\\s+\\(|\\s+SET")[0]);
              batch[0] = 0;
            }
            case "executeQuery", "executeUpdate" ->
                executed.add("1 x " + sql.strip().replaceAll("\\s+", " "));
            default -> {
              return result;
            }
          }
          return result;
        });
  }

  private interface After {
    Object seen(String name, Object[] arguments, Object result);
  }

  private static <T> T proxy(Class<T> type, T real, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return after.seen(method.getName(), arguments, method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
