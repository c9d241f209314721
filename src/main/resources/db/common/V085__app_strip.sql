-- What a deactivation takes from one account of an app, written in the transaction that has it taken:
-- memberships of teams (kind team) and roles (kind role). cause is the change that asked for it.
CREATE TABLE IF NOT EXISTS app_strip (
  app_id     INT          NOT NULL,
  account_id BIGINT       NOT NULL,
  cause      BIGINT       NOT NULL,
  kind       VARCHAR(8)   NOT NULL,
  team_id    BIGINT       NOT NULL,
  role       VARCHAR(256) NOT NULL,
  resource   VARCHAR(256) NOT NULL,
  at         BIGINT       NOT NULL,
  PRIMARY KEY (app_id, account_id, cause, kind, team_id, role, resource),
  INDEX app_strip_at (at)
)${table-options};
