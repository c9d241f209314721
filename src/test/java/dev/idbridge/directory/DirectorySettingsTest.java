package dev.idbridge.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.DirectorySettings.RemoveAll;
import dev.idbridge.model.DirectorySettings.Unknown;
import dev.idbridge.testing.OnBothStores;
import dev.idbridge.testing.SettableClock;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DirectorySettingsTest extends OnBothStores {
  private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));

  private JpaDirectories directories() {
    return new JpaDirectories(store.entityTransactions(), store.ids(), clock);
  }

  private static DirectorySettings of(JpaDirectories directories, String name) {
    return directories.find(name).orElseThrow().settings();
  }

  @Test
  void aNewDirectoryIsLenientAndDecidesByItsDialect() {
    DirectorySettings fresh = directories().create("fresh", "SCIM").settings();
    assertThat(fresh).isEqualTo(DirectorySettings.DEFAULT);
    assertThat(fresh.dialect()).isEqualTo(Dialect.RFC);
    assertThat(fresh.honoursRemoveAll()).isTrue();
    assertThat(fresh.unknownAttributes()).isEqualTo(Unknown.IGNORE);
    assertThat(fresh.heard(Dialect.ENTRA).honoursRemoveAll()).isFalse();
    assertThat(fresh.heard(Dialect.ENTRA).with("dialect", "okta").honoursRemoveAll()).isTrue();
    assertThat(fresh.with("strictness", "strict").unknownAttributes()).isEqualTo(Unknown.REFUSE);
  }

  @Test
  void anotherDaemonSeesASettingWithinSeconds() {
    JpaDirectories one = directories();
    JpaDirectories two = directories();
    one.create("shared", "SCIM");
    assertThat(of(two, "shared").strict()).isFalse();
    one.set(
        "shared",
        Map.of(
            "strictness", "strict", "remove-all-members", "refuse", "unknown-attributes", "keep"),
        "test");
    assertThat(of(one, "shared").strict()).isTrue();
    assertThat(of(two, "shared").strict()).isFalse();
    clock.forward(Directories.TRUSTED);
    assertThat(of(two, "shared").strict()).isTrue();
    assertThat(of(two, "shared").removeAll()).isEqualTo(RemoveAll.REFUSE);
    assertThat(of(two, "shared").unknown()).isEqualTo(Unknown.KEEP);
    two.set("shared", Map.of("dialect", "entra"), "test");
    one.heard("shared", Dialect.OKTA);
    assertThat(of(one, "shared"))
        .isEqualTo(
            new DirectorySettings(
                Dialect.ENTRA, Dialect.OKTA, true, RemoveAll.REFUSE, Unknown.KEEP));
  }

  @Test
  void aWrongSettingChangesNothing() {
    JpaDirectories directories = directories();
    directories.create("wrong", "SCIM");
    assertThatThrownBy(
            () -> directories.set("wrong", Map.of("strictness", "strict", "colour", "red"), "test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'colour' is no setting of a directory; there is dialect, strict");
    assertThatThrownBy(() -> directories.set("wrong", Map.of("dialect", "klingon"), "test"))
        .hasMessageContaining("must be one of auto, rfc, okta, entra");
    assertThat(of(directories(), "wrong")).isEqualTo(DirectorySettings.DEFAULT);
  }
}
