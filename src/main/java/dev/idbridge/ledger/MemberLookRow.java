package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** One membership to be looked at. The columns are explained where the table is made. */
@Entity
@Table(name = "member_look")
@IdClass(MemberLookRow.Key.class)
final class MemberLookRow {
  @Id int appId;
  @Id long teamId;
  @Id long accountId;

  @Column(length = 512)
  String remoteId = "";

  boolean present;
  long cause;

  /** The primary key. */
  record Key(int appId, long teamId, long accountId) implements Serializable {}
}
