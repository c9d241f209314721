package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** What an import was shown already. The columns are explained where the table is made. */
@Entity
@Table(name = "import_seen")
@IdClass(ImportSeenRow.Key.class)
final class ImportSeenRow {
  @Id int appId;
  @Id long run;

  @Id
  @Column(length = 8)
  String kind = "";

  @Id
  @Column(length = 512)
  String remoteId = "";

  /** The primary key. */
  record Key(int appId, long run, String kind, String remoteId) implements Serializable {}
}
