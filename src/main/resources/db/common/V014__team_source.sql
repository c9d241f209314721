-- Which groups feed a team, and up to which change of the group its members were expanded.
-- expanded_version -1: never; the whole group is compared, in pages.
CREATE TABLE IF NOT EXISTS team_source (
  app_id           INT    NOT NULL,
  team_id          BIGINT NOT NULL,
  group_id         BIGINT NOT NULL,
  expanded_version BIGINT NOT NULL,
  expanded_member  BIGINT NOT NULL,
  PRIMARY KEY (app_id, team_id, group_id),
  INDEX team_source_group (group_id, app_id)
)${table-options};
