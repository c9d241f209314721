package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** One member that a group waits for. The columns are explained where the table is made. */
@Entity
@Table(name = "parked_member")
@IdClass(ParkedRow.Key.class)
final class ParkedRow {
  @Id long groupId;

  @Id
  @Column(length = 512)
  String memberRef = "";

  @Column(length = 512)
  String memberKey = "";

  long directoryId;
  long parkedAt;
  long tokenId;

  @Column(length = 128)
  String actor = "";

  @Column(length = 64)
  String requestId = "";

  @Column(length = 64)
  String address = "";

  /** The primary key. */
  record Key(long groupId, String memberRef) implements Serializable {}
}
