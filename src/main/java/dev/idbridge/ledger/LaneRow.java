package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** One lane. The columns are explained where the table is made. */
@Entity
@Table(name = "lane")
@IdClass(LaneRow.Key.class)
final class LaneRow {
  @Id int appId;

  @Id
  @Column(length = 8)
  String kind = "";

  @Id long targetId;
  long directoryId;

  @Column(length = 10)
  String state = "";

  short priority;
  @Nullable Long dueAt;
  long wantedSeq;
  long claimedSeq;
  long appliedSeq;
  @Nullable Long leaseToken;
  @Nullable Integer leaseNode;
  boolean inDoubt;
  long doubtSeq;
  int attempts;
  @Nullable Long firstFailedAt;
  boolean revived;

  @Column(length = 1024)
  String reason = "";

  @Column(length = 8)
  @Nullable String waitsForKind;

  @Nullable Long waitsForId;

  @Column(length = 16)
  @Nullable String intentAction;

  @Column(length = 8)
  @Nullable String intentSeen;

  @Column(length = 256)
  @Nullable String intentName;

  @Column(length = 8)
  String basis = "";

  long wantedAt;
  long firstCause;
  long lastCause;
  int causes;
  long claimedFirst;
  long claimedLast;
  int claimedCauses;
  int looks;
  long expandedSeq;

  /** The primary key. */
  record Key(int appId, String kind, long targetId) implements Serializable {}
}
