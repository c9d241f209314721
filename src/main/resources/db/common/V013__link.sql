-- A resource is a certain thing in an app. Unique both ways: the loser of a race is a conflict.
-- applied is what we wrote last, so that a plan can be the difference to it; parent_id the team that we put a
-- team under, 0 for the root.
CREATE TABLE IF NOT EXISTS link (
  app_id       INT          NOT NULL,
  kind         VARCHAR(8)   NOT NULL,
  resource_id  BIGINT       NOT NULL,
  directory_id BIGINT       NOT NULL,
  remote_id    VARCHAR(512) NOT NULL,
  label        VARCHAR(512) NOT NULL,
  origin       VARCHAR(8)   NOT NULL,
  active       BOOLEAN      NOT NULL,
  applied      ${long-text} NOT NULL,
  parent_id    BIGINT       NOT NULL,
  cause        BIGINT       NOT NULL,
  created_at   BIGINT       NOT NULL,
  changed_at   BIGINT       NOT NULL,
  PRIMARY KEY (app_id, kind, resource_id),
  UNIQUE (app_id, kind, remote_id),
  INDEX link_parent (app_id, kind, parent_id)
)${table-options};
