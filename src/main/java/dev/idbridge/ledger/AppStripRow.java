package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.Table;
import java.io.Serializable;

/**
 * What a deactivation takes from one account. The columns are explained where the table is made.
 */
@Entity
@Table(name = "app_strip")
@IdClass(AppStripRow.Key.class)
@NamedNativeQuery(
    name = "AppStripRow.purge",
    query = "DELETE FROM app_strip WHERE at < :before LIMIT 1000")
final class AppStripRow {
  @Id int appId;
  @Id long accountId;
  @Id long cause;

  @Id
  @Column(length = 8)
  String kind = "";

  @Id long teamId;

  @Id
  @Column(length = 256)
  String role = "";

  @Id
  @Column(length = 256)
  String resource = "";

  long at;

  /** The primary key. */
  record Key(
      int appId, long accountId, long cause, String kind, long teamId, String role, String resource)
      implements Serializable {}
}
