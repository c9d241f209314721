package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.Table;

/** One line of the sync log. The columns are explained where the table is made. */
@Entity
@NamedNativeQuery(
    name = SyncLogRow.PURGE,
    query = "DELETE FROM sync_log WHERE at < :before LIMIT 1000")
@Table(name = "sync_log")
final class SyncLogRow {
  /** Named update: deletes up to a thousand of those older than {@code before} (milliseconds). */
  static final String PURGE = "SyncLogRow.purge";

  @Id long id;
  long at;

  @Column(length = 4)
  String direction = "";

  long directoryId;
  int appId;

  @Column(length = 16)
  String action = "";

  @Column(length = 16)
  String resourceType = "";

  long resourceId;

  @Column(length = 256)
  String resourceName = "";

  long memberId;

  @Column(length = 512)
  String remoteId = "";

  @Column(length = 8)
  String outcome = "";

  @Column(length = 1024)
  String reason = "";

  long firstCause;
  long lastCause;
  int causes;
  int attempt;

  @Column(length = 64)
  String requestId = "";

  long tokenId;
  int status;

  @Column(length = 32)
  String scimType = "";
}
