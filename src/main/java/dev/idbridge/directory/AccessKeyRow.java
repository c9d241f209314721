package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** What access tokens are checked with. The columns are explained where the table is made. */
@Entity
@Table(name = "access_key")
final class AccessKeyRow {
  @Id
  @Column(length = 64)
  String kid = "";

  @Column(length = 1024)
  String publicJwk = "";

  long createdAt;
  long expiresAt;
}
