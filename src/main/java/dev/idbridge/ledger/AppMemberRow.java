package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What was done about one account in one team. The columns are explained where the table is made.
 */
@Entity
@Table(name = "app_member")
@IdClass(AppMemberRow.Key.class)
final class AppMemberRow {
  @Id int appId;
  @Id long teamId;
  @Id long accountId;

  @Column(length = 8)
  String state = "";

  boolean held;

  @Column(length = 8)
  String origin = "";

  @Column(length = 8)
  @Nullable String seen;

  long cause;
  int causes;
  int attempts;
  @Nullable Long parkedAt;
  @Nullable Long retryAt;

  @Column(length = 512)
  String reason = "";

  /** The primary key. */
  record Key(int appId, long teamId, long accountId) implements Serializable {}
}
