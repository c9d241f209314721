package dev.idbridge.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Which daemons the tables are for. The columns are explained where the table is made. */
@Entity
@Table(name = "schema_step")
final class SchemaStepRow {
  @Id int id;
  int step;
  int least;
}
