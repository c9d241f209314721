package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.hibernate.Length;

/** One version of an app's rules. The columns are explained where the table is made. */
@Entity
@Table(name = "rule_set")
@IdClass(RuleSetRow.Key.class)
final class RuleSetRow {
  @Id int appId;
  @Id long version;

  @Column(length = 8)
  String source = "";

  @Column(length = 64)
  String digest = "";

  @Column(length = Length.LONG16)
  String body = "";

  @Column(length = 1024)
  String policies = "";

  long activatedAt;

  @Column(length = 128)
  String activatedBy = "";

  /** The primary key. */
  record Key(int appId, long version) implements Serializable {}
}
