-- What an import found in an app and did not know what to make of; a person decides.
CREATE TABLE IF NOT EXISTS import_doubt (
  app_id       INT           NOT NULL,
  kind         VARCHAR(8)    NOT NULL,
  remote_id    VARCHAR(512)  NOT NULL,
  directory_id BIGINT        NOT NULL,
  label        VARCHAR(512)  NOT NULL,
  reason       VARCHAR(1024) NOT NULL,
  at           BIGINT        NOT NULL,
  PRIMARY KEY (app_id, kind, remote_id)
)${table-options};
