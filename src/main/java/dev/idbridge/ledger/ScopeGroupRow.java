package dev.idbridge.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** One group that an app's scope names. The columns are explained where the table is made. */
@Entity
@Table(name = "scope_group")
@IdClass(ScopeGroupRow.Key.class)
final class ScopeGroupRow {
  @Id int appId;
  @Id int position;

  @Column(length = 512)
  String name = "";

  /** The primary key. */
  record Key(int appId, int position) implements Serializable {}
}
