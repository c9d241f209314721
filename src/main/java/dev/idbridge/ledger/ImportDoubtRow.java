package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.hibernate.Length;

/**
 * Something found in an app that nobody could place. The columns are explained where the table is
 * made.
 */
@Entity
@Table(name = "import_doubt")
@IdClass(ImportDoubtRow.Key.class)
final class ImportDoubtRow {
  @Id int appId;

  @Id
  @Column(length = 8)
  String kind = "";

  @Id
  @Column(length = 512)
  String remoteId = "";

  long directoryId;

  @Column(length = 512)
  String name = "";

  @Column(length = 512)
  String label = "";

  @Column(length = Length.LONG16)
  String details = "";

  @Column(length = 1024)
  String reason = "";

  long at;

  @Column(length = 8)
  String decision = "";

  @Column(length = 128)
  String decidedBy = "";

  long decidedAt;

  /** The primary key. */
  record Key(int appId, String kind, String remoteId) implements Serializable {}
}
