package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** One configured app. The columns are explained where the table is made. */
@Entity
@Table(name = "app")
final class AppRow {
  @Id int id;

  @Column(length = 64)
  String name = "";

  @Column(length = 64)
  String connector = "";

  @Column(length = 512)
  String fingerprint = "";

  @Column(length = 512)
  String wantedFingerprint = "";

  @Column(length = 1024)
  String follows = "";

  boolean grants;

  @Column(length = 16)
  String state = "";

  @Column(length = 1024)
  String stateReason = "";

  @Nullable Long pausedUntil;

  @Column(length = 128)
  String pausedBy = "";

  @Column(length = 512)
  String pausedReason = "";

  long rulesVersion;
  long createdAt;
  long changedAt;
}
