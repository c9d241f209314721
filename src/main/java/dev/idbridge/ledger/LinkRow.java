package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.hibernate.Length;

/** One resource as it is known in one app. The columns are explained where the table is made. */
@Entity
@Table(name = "link")
@IdClass(LinkRow.Key.class)
final class LinkRow {
  @Id int appId;

  @Id
  @Column(length = 8)
  String kind = "";

  @Id long resourceId;
  long directoryId;

  @Column(length = 512)
  String remoteId = "";

  @Column(length = 512)
  String label = "";

  @Column(length = 8)
  String origin = "";

  boolean active;

  @Column(length = Length.LONG16)
  String applied = "";

  long parentId;
  long cause;
  long createdAt;
  long changedAt;

  /** The primary key. */
  record Key(int appId, String kind, long resourceId) implements Serializable {}
}
