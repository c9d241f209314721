package dev.idbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.model.StoreUnavailable;
import org.junit.jupiter.api.Test;

class StoreUrlTest {
  @Test
  void anH2UrlGetsWhatItDoesNotSay() {
    assertThat(StoreUrl.complete("jdbc:h2:file:/x/idbridge;lock_timeout=5"))
        .isEqualTo(
            "jdbc:h2:retry:/x/idbridge;lock_timeout=5;MODE=MariaDB;DATABASE_TO_LOWER=TRUE;"
                + "CASE_INSENSITIVE_IDENTIFIERS=TRUE;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;REUSE_SPACE=FALSE");
  }

  @Test
  void anH2UrlThatWouldLoseAcknowledgedChangesIsRefused() {
    assertThatThrownBy(() -> StoreUrl.complete("jdbc:h2:file:/x;write_delay=500"))
        .hasMessageContaining("WRITE_DELAY=500")
        .hasMessageContaining("lose acknowledged changes");
    assertThat(StoreUrl.complete("jdbc:h2:file:/x;WRITE_DELAY=0")).contains("WRITE_DELAY=0");
    assertThatThrownBy(() -> StoreUrl.complete("jdbc:h2:file:/x;AUTO_SERVER=TRUE"))
        .hasMessageContaining("belongs to one daemon");
  }

  @Test
  void aMariaDbUrlSpeaksTlsToOtherMachinesAndCountsUpdatedRows() {
    assertThat(StoreUrl.complete("jdbc:mariadb://db.example.org/idbridge"))
        .contains("?sslMode=verify-full", "useServerPrepStmts=true", "useBulkStmts=false")
        .contains("useBulkStmtsForInserts=true");
    assertThat(StoreUrl.complete("jdbc:mariadb://127.0.0.1:3306/idbridge"))
        .contains("sslMode=disable");
    assertThat(StoreUrl.complete("jdbc:mariadb://u:p@db/idbridge?sslMode=trust"))
        .contains("?sslMode=trust&")
        .doesNotContain("verify-full");
    assertThatThrownBy(() -> StoreUrl.complete("jdbc:mariadb://db/x?useBulkStmts=true"))
        .hasMessageContaining("how many rows");
  }

  @Test
  void anotherDatabaseIsRefusedWithWhatToWrite() {
    assertThatThrownBy(() -> StoreUrl.complete("jdbc:postgresql://db/x?user=ada&password=hunter2"))
        .hasMessageContaining("jdbc:mariadb://HOST")
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("ada");
  }

  @Test
  void settingsShowNoCredentials() {
    assertThat(
            new StoreSettings("jdbc:mariadb://ada:hunter2@db/x?password=s3", "u", "s4", 8)
                .toString())
        .doesNotContain("hunter2", "s3", "s4", "ada");
  }

  @Test
  void aServerThatIsTooOldIsRefused() {
    ServerCheck.checkVersion("MariaDB", "10.6.1-MariaDB", 10, 6);
    ServerCheck.checkVersion("MariaDB", "11.4.5-MariaDB", 11, 4);
    assertThatThrownBy(() -> ServerCheck.checkVersion("MariaDB", "10.5.29-MariaDB", 10, 5))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("10.5.29-MariaDB, too old")
        .hasMessageContaining("10.6");
    assertThatThrownBy(() -> ServerCheck.checkVersion("MySQL", "8.4.0", 8, 4))
        .hasMessageContaining("MySQL 8.4.0");
  }
}
