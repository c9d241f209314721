-- "Make this target in this app as it should be now." One row per target that anything was ever
-- wanted of. Claimable when due_at has passed: leased lanes carry their lease's end there, so that a
-- dead holder's lanes come back by the same query; lanes that wait for something have no due_at.
-- looks: the read after a write that comes next, 0 for none. expanded_seq: up to which wanted_seq a team's
-- membership changes were turned into rows while its app rested.
-- in_doubt: what is noted may not be what the app holds. doubt_seq: up to this wanted_seq a delivery
-- that is under way does not settle that, since a call of an earlier holder may arrive after its own.
CREATE TABLE IF NOT EXISTS lane (
  app_id          INT           NOT NULL,
  kind            VARCHAR(8)    NOT NULL,
  target_id       BIGINT        NOT NULL,
  directory_id    BIGINT        NOT NULL,
  state           VARCHAR(10)   NOT NULL,
  priority        SMALLINT      NOT NULL,
  due_at          BIGINT,
  wanted_seq      BIGINT        NOT NULL,
  claimed_seq     BIGINT        NOT NULL,
  applied_seq     BIGINT        NOT NULL,
  lease_token     BIGINT,
  lease_node      INT,
  in_doubt        BOOLEAN       NOT NULL,
  doubt_seq       BIGINT        NOT NULL,
  attempts        INT           NOT NULL,
  first_failed_at BIGINT,
  revived         BOOLEAN       NOT NULL,
  reason          VARCHAR(1024) NOT NULL,
  waits_for_kind  VARCHAR(8),
  waits_for_id    BIGINT,
  intent_action   VARCHAR(16),
  intent_seen     VARCHAR(8),
  intent_name     VARCHAR(256),
  basis           VARCHAR(8)    NOT NULL,
  wanted_at       BIGINT        NOT NULL,
  first_cause     BIGINT        NOT NULL,
  last_cause      BIGINT        NOT NULL,
  causes          INT           NOT NULL,
  claimed_first   BIGINT        NOT NULL,
  claimed_last    BIGINT        NOT NULL,
  claimed_causes  INT           NOT NULL,
  looks           INT           DEFAULT 0 NOT NULL,
  expanded_seq    BIGINT        DEFAULT 0 NOT NULL,
  PRIMARY KEY (app_id, kind, target_id),
  INDEX lane_due (app_id, priority, due_at),
  INDEX lane_waits (app_id, waits_for_kind, waits_for_id),
  INDEX lane_state (app_id, state, kind)
)${table-options};
