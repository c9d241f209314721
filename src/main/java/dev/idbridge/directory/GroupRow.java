package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.Length;
import org.jspecify.annotations.Nullable;

/** One group, live or deleted. The columns are explained where the table is made. */
@Entity
@Table(name = "directory_group")
final class GroupRow {
  @Id long id;
  long directoryId;

  @Column(length = 256)
  String displayName = "";

  @Column(length = 512)
  @Nullable String displayNameKey;

  @Column(length = 512)
  @Nullable String externalId;

  long version;

  @Column(length = 4)
  String origin = "";

  @Column(length = Length.LONG16)
  String attributes = "";

  long createdAt;
  long modifiedAt;
  @Nullable Long deletedAt;
}
