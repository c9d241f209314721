package dev.idbridge.store;

import dev.idbridge.model.StoreUnavailable;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the tables up to what this version of the daemon needs. */
final class Migrations {
  private Migrations() {}

  /** Several daemons may start at once: one migrates, the others wait for it. */
  static void apply(DataSource source, DatabaseKind kind, String url) {
    try {
      Flyway.configure(Migrations.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:db/common")
          .placeholders(kind.placeholders())
          .load()
          .migrate();
    } catch (FlywayException e) {
      // Flyway swallows a connection that breaks while it asks for the server's version.
      boolean unheard = String.valueOf(e.getMessage()).contains("determine version from ''");
      if (unheard || StartTrouble.away(kind, e)) {
        // It goes on where it was at the next start: the tables are none the worse for it.
        throw StartTrouble.explained(url, kind, e);
      }
      throw new StoreUnavailable(
          "the store's tables cannot be brought up to this version: "
              + e.getMessage()
              + ". Restore the backup taken before the upgrade, or start the version that wrote"
              + " this store",
          e);
    }
  }
}
