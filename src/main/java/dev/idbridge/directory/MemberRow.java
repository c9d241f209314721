package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.Table;
import java.io.Serializable;

/** One membership ever asserted. The columns are explained where the table is made. */
@Entity
@NamedNativeQuery(
    name = MemberRow.PURGE,
    query =
        """
        DELETE FROM directory_member WHERE present = FALSE AND NOT EXISTS (
          SELECT 1 FROM team_source s WHERE s.group_id = directory_member.group_id
            AND s.expanded_version <= directory_member.changed_version)
          AND NOT EXISTS (
          SELECT 1 FROM grant_source r WHERE r.group_id = directory_member.group_id
            AND r.expanded_version <= directory_member.changed_version) LIMIT 10000
        """)
@Table(name = "directory_member")
@IdClass(MemberRow.Key.class)
final class MemberRow {
  /**
   * Named update: deletes up to ten thousand tombstones that every app which ever expanded the
   * group has passed. An app that comes later compares what is present and needs none.
   */
  static final String PURGE = "MemberRow.purgeTombstones";

  @Id long groupId;
  @Id long memberId;

  @Column(length = 8)
  String memberType = "";

  boolean present;
  long changedVersion;
  long assertedSeq;
  long cause;

  /** The primary key. */
  record Key(long groupId, long memberId) implements Serializable {}
}
