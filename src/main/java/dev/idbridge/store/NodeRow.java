package dev.idbridge.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** One daemon on this store. The columns are explained where the table is made. */
@Entity
@Table(name = "node")
final class NodeRow {
  @Id int number;
  long startedAt;
  long heartbeatAt;

  @Column(length = 128)
  String host = "";

  long pid;

  @Column(length = 64)
  String version = "";
}
