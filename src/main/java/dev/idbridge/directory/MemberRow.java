package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** One membership ever asserted. The columns are explained where the table is made. */
@Entity
@Table(name = "directory_member")
@IdClass(MemberRow.Key.class)
final class MemberRow {
  @Id long groupId;
  @Id long memberId;
  @Column(length = 8) String memberType = "";
  boolean present;
  long changedVersion;
  long assertedSeq;
  long cause;

  /** The primary key. */
  record Key(long groupId, long memberId) implements Serializable {}
}
