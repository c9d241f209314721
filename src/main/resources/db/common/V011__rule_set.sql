-- The rules an app is planned under (scope, teams, mapping, roles): every version that was ever active.
CREATE TABLE IF NOT EXISTS rule_set (
  app_id       INT          NOT NULL,
  version      BIGINT       NOT NULL,
  source       VARCHAR(8)   NOT NULL,
  digest       VARCHAR(64)  NOT NULL,
  body         ${long-text} NOT NULL,
  activated_at BIGINT       NOT NULL,
  activated_by VARCHAR(128) NOT NULL,
  PRIMARY KEY (app_id, version)
)${table-options};
