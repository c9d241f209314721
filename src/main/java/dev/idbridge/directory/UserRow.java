package dev.idbridge.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.Length;
import org.jspecify.annotations.Nullable;

/** One user, live or deleted. The columns are explained where the table is made. */
@Entity
@Table(name = "directory_user")
final class UserRow {
  @Id long id;
  long directoryId;

  @Column(length = 256)
  String userName = "";

  @Column(length = 512)
  @Nullable String userNameKey;

  @Column(length = 512)
  @Nullable String externalId;

  @Column(length = 256)
  @Nullable String displayNameKey;

  @Column(length = 256)
  @Nullable String familyNameKey;

  @Column(length = 256)
  @Nullable String givenNameKey;

  boolean active;
  long version;
  long reactivatedSeq;

  @Column(length = 4)
  String origin = "";

  @Column(length = Length.LONG16)
  String attributes = "";

  long createdAt;
  long modifiedAt;
  @Nullable Long deletedAt;
}
