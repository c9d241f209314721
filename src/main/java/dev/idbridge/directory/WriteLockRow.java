package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row to lock. The table says what for. */
@Entity
@Table(name = "write_lock")
final class WriteLockRow {
  @Id
  @Column(length = 32)
  String name = "";
}
