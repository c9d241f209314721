package dev.idbridge.ledger;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** One group that feeds a team. The columns are explained where the table is made. */
@Entity
@Table(name = "team_source")
@IdClass(TeamSourceRow.Key.class)
final class TeamSourceRow {
  @Id int appId;
  @Id long teamId;
  @Id long groupId;
  boolean own;
  boolean deep;
  boolean gone;
  int due;
  long expandedVersion;
  long expandedMember;

  /** The primary key. */
  record Key(int appId, long teamId, long groupId) implements Serializable {}
}
