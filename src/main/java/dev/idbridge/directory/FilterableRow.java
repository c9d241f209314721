package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** One attribute declared filterable. The columns are explained where the table is made. */
@Entity
@Table(name = "filterable")
final class FilterableRow {
  @Id long id;

  @Column(length = 8)
  String resourceType = "";

  @Column(length = 256)
  String path = "";

  long filledTo;
  boolean complete;
  long createdAt;
}
