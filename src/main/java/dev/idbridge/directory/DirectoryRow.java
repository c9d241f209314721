package dev.idbridge.directory;

import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One directory. The columns are explained where the table is made. */
@Entity
@Table(name = "directory")
final class DirectoryRow {
  @Id long id;

  @Column(length = 64)
  String name = "";

  @Column(length = 8)
  String mode = "";

  @Column(length = 16)
  String dialect = "";

  @Column(length = 16)
  String heardDialect = "";

  @Column(length = 8)
  String strictness = "";

  @Column(length = 8)
  String removeAllMembers = "";

  @Column(length = 8)
  String unknownAttributes = "";

  long createdAt;
  @Nullable Long deletedAt;

  DirectorySettings settings() {
    DirectorySettings settings =
        DirectorySettings.DEFAULT
            .with("dialect", dialect)
            .with("strictness", strictness)
            .with("remove-all-members", removeAllMembers)
            .with("unknown-attributes", unknownAttributes);
    return Dialect.of(heardDialect).map(settings::heard).orElse(settings);
  }

  void settings(DirectorySettings settings) {
    Map<String, String> words = settings.words();
    dialect = words.getOrDefault("dialect", "");
    strictness = words.getOrDefault("strictness", "");
    removeAllMembers = words.getOrDefault("remove-all-members", "");
    unknownAttributes = words.getOrDefault("unknown-attributes", "");
    Dialect heard = settings.recognised();
    heardDialect = heard == null ? "" : heard.word();
  }
}
