-- Teams that rules name: several groups may feed one. id is the team's lane target and link resource, from
-- the same sequence as the groups', so that no two teams share one.
CREATE TABLE IF NOT EXISTS named_team (
  id           BIGINT       NOT NULL,
  app_id       INT          NOT NULL,
  directory_id BIGINT       NOT NULL,
  name         VARCHAR(256) NOT NULL,
  name_key     VARCHAR(512) NOT NULL,
  created_at   BIGINT       NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (app_id, directory_id, name_key)
)${table-options};
