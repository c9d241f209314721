package dev.idbridge.ledger;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** A group whose teams are worked out anew. The columns are explained where the table is made. */
@Entity
@Table(name = "feed")
@IdClass(FeedRow.Key.class)
final class FeedRow {
  @Id int appId;
  @Id long groupId;
  int asked;
  long position;
  long cause;
  short priority;

  /** The primary key. */
  record Key(int appId, long groupId) implements Serializable {}
}
