package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** One sweep that is not done yet. The columns are explained where the table is made. */
@Entity
@Table(name = "sweep")
final class SweepRow {
  @Id long id;
  int appId;

  @Column(length = 16)
  String rootKind = "";

  long rootId;
  long directoryId;
  long cause;
  short priority;
  long position;
  long remaining;
  short depth;
  long leaseUntil;
  long createdAt;
}
