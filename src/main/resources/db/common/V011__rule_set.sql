-- The rules an app is planned under: every version that was ever active. body: scope, mapping, selection of
-- groups and roles, as they stand in an app's file; policies: what else of the file decides. source: file or api.
CREATE TABLE IF NOT EXISTS rule_set (
  app_id       INT          NOT NULL,
  version      BIGINT       NOT NULL,
  source       VARCHAR(8)   NOT NULL,
  digest       VARCHAR(64)  NOT NULL,
  body         ${long-text} NOT NULL,
  policies     VARCHAR(1024) NOT NULL,
  activated_at BIGINT       NOT NULL,
  activated_by VARCHAR(128) NOT NULL,
  PRIMARY KEY (app_id, version)
)${table-options};
