package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One value of an attribute that is declared filterable. The columns are explained where the table
 * is made.
 */
@Entity
@Table(name = "directory_value")
@IdClass(ValueRow.Key.class)
final class ValueRow {
  @Id long resourceId;
  @Id long attributeId;
  @Id int position;
  long directoryId;

  @Column(length = TextColumn.CUT)
  @Nullable String valueKey;

  /** The primary key. */
  record Key(long resourceId, long attributeId, int position) implements Serializable {}
}
