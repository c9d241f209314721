package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One e-mail address of a user, for look-ups. The columns are explained where the table is made.
 */
@Entity
@Table(name = "directory_email")
@IdClass(EmailRow.Key.class)
final class EmailRow {
  @Id long userId;
  @Id int position;
  long directoryId;

  @Column(length = 64)
  @Nullable String typeKey;

  @Column(length = 512)
  @Nullable String valueKey;

  /** The primary key. */
  record Key(long userId, int position) implements Serializable {}
}
