-- What we did about one account in one team. state: due, applied, parked, removing.
-- held: as far as we know the account is a member now. seen: an effect was begun after seeing this
-- (absent, present, unknown) and its outcome is not booked yet.
CREATE TABLE IF NOT EXISTS app_member (
  app_id     INT           NOT NULL,
  team_id    BIGINT        NOT NULL,
  account_id BIGINT        NOT NULL,
  state      VARCHAR(8)    NOT NULL,
  held       BOOLEAN       NOT NULL,
  origin     VARCHAR(8)    NOT NULL,
  seen       VARCHAR(8),
  cause      BIGINT        NOT NULL,
  causes     INT           NOT NULL,
  attempts   INT           NOT NULL,
  parked_at  BIGINT,
  retry_at   BIGINT,
  reason     VARCHAR(512)  NOT NULL,
  PRIMARY KEY (app_id, team_id, account_id),
  INDEX app_member_work (app_id, team_id, state, account_id),
  INDEX app_member_account (app_id, account_id, state),
  INDEX app_member_parked (app_id, state, parked_at)
)${table-options};
