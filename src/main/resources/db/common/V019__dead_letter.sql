-- Work that needs a person: a lane (member_id 0) or one member of a team's lane.
CREATE TABLE IF NOT EXISTS dead_letter (
  id         BIGINT        NOT NULL,
  at         BIGINT        NOT NULL,
  app_id     INT           NOT NULL,
  kind       VARCHAR(8)    NOT NULL,
  target_id  BIGINT        NOT NULL,
  member_id  BIGINT        NOT NULL,
  name       VARCHAR(256)  NOT NULL,
  action     VARCHAR(16)   NOT NULL,
  reason     VARCHAR(1024) NOT NULL,
  attempts   INT           NOT NULL,
  first_failed_at BIGINT   NOT NULL,
  first_cause BIGINT       NOT NULL,
  last_cause BIGINT        NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (app_id, kind, target_id, member_id)
)${table-options};
