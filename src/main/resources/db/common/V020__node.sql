-- The live daemons on this store; a number is part of every id a daemon makes.
CREATE TABLE IF NOT EXISTS node (
  number       INT          NOT NULL,
  started_at   BIGINT       NOT NULL,
  heartbeat_at BIGINT       NOT NULL,
  host         VARCHAR(128) NOT NULL,
  pid          BIGINT       NOT NULL,
  version      VARCHAR(64)  NOT NULL,
  PRIMARY KEY (number)
)${table-options};
