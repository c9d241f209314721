package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** Who holds one unique value. The columns are explained where the table is made. */
@Entity
@Table(name = "unique_value")
@IdClass(UniqueRow.Key.class)
final class UniqueRow {
  @Id long directoryId;

  @Id
  @Column(length = 320)
  String attribute = "";

  @Id
  @Column(length = 256)
  String valueKey = "";

  long resourceId;

  /** The primary key. */
  record Key(long directoryId, String attribute, String valueKey) implements Serializable {}
}
