package dev.idbridge.directory;

import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.JitSettings;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
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

  @Column(length = 8)
  String foreignEmails = "";

  @Column(length = 512)
  @Nullable String jitIssuer;

  @Column(length = 512)
  @Nullable String jitAudience;

  @Column(length = 512)
  @Nullable String jitJwksUrl;

  @Column(length = 2048)
  @Nullable String jitClaims;

  long createdAt;
  @Nullable Long deletedAt;

  DirectorySettings settings() {
    DirectorySettings settings =
        DirectorySettings.DEFAULT
            .with("dialect", dialect)
            .with("strictness", strictness)
            .with("remove-all-members", removeAllMembers)
            .with("unknown-attributes", unknownAttributes)
            .with("foreign-emails", foreignEmails);
    return Dialect.of(heardDialect).map(settings::heard).orElse(settings);
  }

  void settings(DirectorySettings settings) {
    Map<String, String> words = settings.words();
    dialect = words.getOrDefault("dialect", "");
    strictness = words.getOrDefault("strictness", "");
    removeAllMembers = words.getOrDefault("remove-all-members", "");
    unknownAttributes = words.getOrDefault("unknown-attributes", "");
    foreignEmails = words.getOrDefault("foreign-emails", "");
    Dialect heard = settings.recognised();
    heardDialect = heard == null ? "" : heard.word();
  }

  /** Null when nobody ever said. */
  @Nullable JitSettings jit() {
    if (jitIssuer == null || jitAudience == null || jitJwksUrl == null) {
      return null;
    }
    Map<String, String> claims = new LinkedHashMap<>();
    for (String claim : (jitClaims == null ? "" : jitClaims).split(",")) {
      int equals = claim.indexOf('=');
      if (equals > 0) {
        claims.put(claim.substring(0, equals), claim.substring(equals + 1));
      }
    }
    return new JitSettings(jitIssuer, jitAudience, jitJwksUrl, claims);
  }

  void jit(JitSettings settings) {
    jitIssuer = settings.issuer();
    jitAudience = settings.audience();
    jitJwksUrl = settings.jwksUrl();
    jitClaims =
        settings.claims().entrySet().stream()
            .map(claim -> claim.getKey() + "=" + claim.getValue())
            .collect(Collectors.joining(","));
  }
}
