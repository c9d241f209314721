package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.Table;

/** One change record. The columns are explained where the table is made. */
@Entity
@NamedNativeQuery(
    name = ChangeRow.PURGE,
    query = "DELETE FROM change_record WHERE at < :before LIMIT 1000")
@Table(name = "change_record")
final class ChangeRow {
  /** Named update: deletes up to a thousand of those older than {@code before} (milliseconds). */
  static final String PURGE = "ChangeRow.purge";

  @Id long id;
  long at;
  long directoryId;

  @Column(length = 16)
  String resourceType = "";

  long resourceId;
  long version;

  @Column(length = 16)
  String action = "";

  long tokenId;

  @Column(length = 128)
  String actor = "";

  @Column(length = 64)
  String requestId = "";

  @Column(length = 64)
  String address = "";

  @Column(length = 2048)
  String detail = "";
}
