package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** One directory. The columns are explained where the table is made. */
@Entity
@Table(name = "directory")
final class DirectoryRow {
  @Id long id;

  @Column(length = 64)
  String name = "";

  @Column(length = 8)
  String mode = "";

  long createdAt;
}
