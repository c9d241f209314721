package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** A group that brings roles. The columns are explained where the table is made. */
@Entity
@Table(name = "grant_source")
@IdClass(GrantSourceRow.Key.class)
final class GrantSourceRow {
  @Id int appId;
  @Id long groupId;

  @Column(length = 64)
  String basis = "";

  boolean whole;
  long expandedVersion;
  long expandedMember;

  /** The primary key. */
  record Key(int appId, long groupId) implements Serializable {}
}
