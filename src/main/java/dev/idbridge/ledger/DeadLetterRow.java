package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** One piece of work that needs a person. The columns are explained where the table is made. */
@Entity
@Table(name = "dead_letter")
final class DeadLetterRow {
  @Id long id;
  long at;
  int appId;

  @Column(length = 8)
  String kind = "";

  long targetId;
  long memberId;

  @Column(length = 256)
  String name = "";

  @Column(length = 16)
  String action = "";

  @Column(length = 1024)
  String reason = "";

  int attempts;
  long firstFailedAt;
  long firstCause;
  long lastCause;
}
