-- What an import was shown already, so that it needs no memory of its own; of the run under way only.
CREATE TABLE IF NOT EXISTS import_seen (
  app_id    INT          NOT NULL,
  run       BIGINT       NOT NULL,
  kind      VARCHAR(8)   NOT NULL,
  remote_id VARCHAR(512) NOT NULL,
  PRIMARY KEY (app_id, run, kind, remote_id)
)${table-options};
