package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What was done about one role of one account or team. The columns are explained where the table is
 * made.
 */
@Entity
@Table(name = "app_grant")
@IdClass(AppGrantRow.Key.class)
final class AppGrantRow {
  @Id int appId;

  @Id
  @Column(length = 8)
  String subjectKind = "";

  @Id long subjectId;

  @Id
  @Column(length = 256)
  String role = "";

  @Id
  @Column(length = 256)
  String resource = "";

  @Column(length = 10)
  String state = "";

  boolean held;

  @Column(length = 8)
  String origin = "";

  boolean direct;

  @Column(length = 8)
  @Nullable String seen;

  @Column(length = 2048)
  String provenance = "";

  long asserted;

  long cause;
  int causes;
  int attempts;
  @Nullable Long parkedAt;
  @Nullable Long retryAt;

  @Column(length = 512)
  String reason = "";

  /** The primary key. */
  record Key(int appId, String subjectKind, long subjectId, String role, String resource)
      implements Serializable {}
}
