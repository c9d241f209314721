package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** A role that is to be looked at. The columns are explained where the table is made. */
@Entity
@Table(name = "grant_look")
@IdClass(GrantLookRow.Key.class)
final class GrantLookRow {
  @Id int appId;

  @Id
  @Column(length = 8)
  String subjectKind = "";

  @Id long subjectId;

  @Id
  @Column(length = 256)
  String role = "";

  @Id
  @Column(length = 256)
  String resource = "";

  boolean present;
  long cause;

  /** The primary key. */
  record Key(int appId, String subjectKind, long subjectId, String role, String resource)
      implements Serializable {}
}
