package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A follow-up that is still to be run. The columns are explained where the table is made. */
@Entity
@Table(name = "follow_up")
final class FollowUpRow {
  @Id long id;
  int appId;
  long accountId;
  long directoryId;
  long cause;

  @Column(length = 512)
  String remoteId = "";

  long at;
}
