package dev.idbridge.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quartz.utils.ConnectionProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends the store's connections to Quartz, which makes its provider itself, by class name: the
 * store is found under the key given to {@link #properties}. Thread-safe.
 */
public final class QuartzConnections implements ConnectionProvider {
  private static final Logger LOG = LoggerFactory.getLogger(QuartzConnections.class);
  private static final Map<String, DataSource> STORES = new ConcurrentHashMap<>();

  /** Stores that did not answer when they were asked last: told once. */
  private static final Set<DataSource> AWAY = ConcurrentHashMap.newKeySet();

  private @Nullable String key;

  /**
   * The properties of a scheduler whose schedules live in this store, shared by every node on it.
   */
  public static Properties properties(Store store) {
    String key = UUID.randomUUID().toString();
    STORES.put(key, store.dataSource());
    Properties p = new Properties();
    p.setProperty("org.quartz.scheduler.instanceName", "idbridge");
    p.setProperty("org.quartz.scheduler.instanceId", "AUTO");
    p.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    p.setProperty("org.quartz.threadPool.threadCount", "2");
    p.setProperty("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
    p.setProperty(
        "org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.StdJDBCDelegate");
    p.setProperty("org.quartz.jobStore.tablePrefix", "QRTZ_");
    p.setProperty("org.quartz.jobStore.isClustered", "true");
    p.setProperty("org.quartz.jobStore.clusterCheckinInterval", "15000");
    p.setProperty("org.quartz.jobStore.dataSource", "store");
    p.setProperty(
        "org.quartz.dataSource.store.connectionProvider.class", QuartzConnections.class.getName());
    p.setProperty("org.quartz.dataSource.store.key", key);
    return p;
  }

  /** Called by Quartz with the property of that name. */
  public void setKey(String key) {
    this.key = key;
  }

  @Override
  public void initialize() {}

  @Override
  public Connection getConnection() throws SQLException {
    DataSource source = key == null ? null : STORES.get(key);
    if (source == null) {
      throw new SQLException("the schedules' store is not open");
    }
    try {
      Connection connection = source.getConnection();
      if (AWAY.remove(source)) {
        LOG.info("the schedules go on: the store answers again");
      }
      return connection;
    } catch (SQLException e) {
      if (AWAY.add(source)) {
        LOG.warn("the schedules wait for the store: {}", e.getMessage());
      }
      throw e;
    }
  }

  @Override
  public void shutdown() {
    if (key != null) {
      DataSource closed = STORES.remove(key);
      if (closed != null) {
        AWAY.remove(closed);
      }
    }
  }
}
