-- The last import from each app. It is under way while its state says running and its node lives, and was
-- started after that node was; else whatever ended the node cut it short.
CREATE TABLE IF NOT EXISTS import_run (
  app_id       INT           NOT NULL,
  run          BIGINT        NOT NULL,
  directory_id BIGINT        NOT NULL,
  state        VARCHAR(12)   NOT NULL,
  started_by   VARCHAR(128)  NOT NULL,
  node         INT           NOT NULL,
  started_at   BIGINT        NOT NULL,
  changed_at   BIGINT        NOT NULL,
  seen         BIGINT        NOT NULL,
  created      BIGINT        NOT NULL,
  linked       BIGINT        NOT NULL,
  known        BIGINT        NOT NULL,
  doubts       BIGINT        NOT NULL,
  members      BIGINT        NOT NULL,
  reason       VARCHAR(1024) NOT NULL,
  PRIMARY KEY (app_id)
)${table-options};
