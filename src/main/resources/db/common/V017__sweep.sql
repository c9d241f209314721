-- A durable, paged making-due of many lanes. position is the last resource id that is done, depth how many
-- groups lie between the one that changed and this one.
CREATE TABLE IF NOT EXISTS sweep (
  id           BIGINT      NOT NULL,
  app_id       INT         NOT NULL,
  root_kind    VARCHAR(16) NOT NULL,
  root_id      BIGINT      NOT NULL,
  directory_id BIGINT      NOT NULL,
  cause        BIGINT      NOT NULL,
  priority     SMALLINT    NOT NULL,
  position     BIGINT      NOT NULL,
  remaining    BIGINT      NOT NULL,
  depth        SMALLINT    NOT NULL,
  lease_until  BIGINT      NOT NULL,
  created_at   BIGINT      NOT NULL,
  PRIMARY KEY (id),
  INDEX sweep_work (priority, lease_until)
)${table-options};
