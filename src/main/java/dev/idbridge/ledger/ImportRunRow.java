package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The last import from an app. The columns are explained where the table is made. */
@Entity
@Table(name = "import_run")
final class ImportRunRow {
  @Id int appId;
  long run;
  long directoryId;

  @Column(length = 12)
  String state = "";

  @Column(length = 128)
  String startedBy = "";

  int node;
  long startedAt;
  long changedAt;
  long seen;
  long created;
  long linked;
  long known;
  long doubts;
  long members;

  @Column(length = 1024)
  String reason = "";
}
