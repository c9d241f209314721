package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** One bearer token of the intake. The columns are explained where the table is made. */
@Entity
@Table(name = "token")
final class TokenRow {
  @Id long id;
  long directoryId;

  @Column(length = 128)
  String name = "";

  @Column(length = 32)
  @Nullable String clientId;

  @Column(length = 16)
  String scope = "";

  @Column(length = 64)
  String secretSha256 = "";

  long createdAt;
  @Nullable Long expiresAt;
  @Nullable Long revokedAt;
  @Nullable Long replacedBy;
  @Nullable Long replacedAt;
  @Nullable Long lastUsedAt;

  @Column(length = 64)
  @Nullable String lastUsedFrom;
}
