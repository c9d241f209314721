package dev.idbridge.directory;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** A membership found in an app. The columns are explained where the table is made. */
@Entity
@Table(name = "found_member")
@IdClass(FoundMemberRow.Key.class)
final class FoundMemberRow {
  @Id long groupId;
  @Id long memberId;

  /** The primary key. */
  record Key(long groupId, long memberId) implements Serializable {}
}
