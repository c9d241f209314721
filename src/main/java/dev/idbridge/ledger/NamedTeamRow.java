package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A team that rules name. The columns are explained where the table is made. */
@Entity
@Table(name = "named_team")
final class NamedTeamRow {
  @Id long id;
  int appId;
  long directoryId;

  @Column(length = 256)
  String name = "";

  @Column(length = 512)
  String nameKey = "";

  long createdAt;
}
