-- What an import found in an app and did not know what to make of; a person decides. details: what the app
-- said of it, as attributes. decision: empty until somebody decided; leave for what is left alone, and is
-- not asked about again. What is linked or made by decision has a link, and no row here.
CREATE TABLE IF NOT EXISTS import_doubt (
  app_id       INT           NOT NULL,
  kind         VARCHAR(8)    NOT NULL,
  remote_id    VARCHAR(512)  NOT NULL,
  directory_id BIGINT        NOT NULL,
  name         VARCHAR(512)  NOT NULL,
  label        VARCHAR(512)  NOT NULL,
  details      ${long-text}  NOT NULL,
  reason       VARCHAR(1024) NOT NULL,
  at           BIGINT        NOT NULL,
  decision     VARCHAR(8)    NOT NULL,
  decided_by   VARCHAR(128)  NOT NULL,
  decided_at   BIGINT        NOT NULL,
  PRIMARY KEY (app_id, kind, remote_id)
)${table-options};
