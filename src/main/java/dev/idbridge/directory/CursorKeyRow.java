package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** What cursors are signed with. The columns are explained where the table is made. */
@Entity
@Table(name = "cursor_key")
final class CursorKeyRow {
  @Id int id;

  @Column(length = 64)
  String secret = "";

  long createdAt;
}
