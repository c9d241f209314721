-- A deactivation in an app whose follow-up route has not taken it yet. id goes with every call, so that
-- who is called twice can tell; cause is that of the strip list.
CREATE TABLE IF NOT EXISTS follow_up (
  id           BIGINT       NOT NULL,
  app_id       INT          NOT NULL,
  account_id   BIGINT       NOT NULL,
  directory_id BIGINT       NOT NULL,
  cause        BIGINT       NOT NULL,
  remote_id    VARCHAR(512) NOT NULL,
  at           BIGINT       NOT NULL,
  PRIMARY KEY (id),
  INDEX follow_up_account (app_id, account_id, id)
)${table-options};
