-- One membership that was written and is to be looked at: verify. present: whether the app said that
-- it is one now.
CREATE TABLE IF NOT EXISTS member_look (
  app_id     INT          NOT NULL,
  team_id    BIGINT       NOT NULL,
  account_id BIGINT       NOT NULL,
  remote_id  VARCHAR(512) NOT NULL,
  present    BOOLEAN      NOT NULL,
  cause      BIGINT       NOT NULL,
  PRIMARY KEY (app_id, team_id, account_id)
)${table-options};
