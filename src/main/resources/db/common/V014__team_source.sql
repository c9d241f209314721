-- Which groups feed a team, and up to which change of the group its members were expanded. own: the group
-- is the team's own, or a rule maps it to the team; else it is below such a group whose team is deep: it
-- takes the members of the groups below, too. gone: it feeds the team no more, and whom it brought is
-- still to be looked at. due: changes that the team has not looked at; its own group needs no such count.
-- expanded_version -1: never; the whole group is compared, in pages.
CREATE TABLE IF NOT EXISTS team_source (
  app_id           INT     NOT NULL,
  team_id          BIGINT  NOT NULL,
  group_id         BIGINT  NOT NULL,
  own              BOOLEAN NOT NULL,
  deep             BOOLEAN NOT NULL,
  gone             BOOLEAN NOT NULL,
  due              INT     NOT NULL,
  expanded_version BIGINT  NOT NULL,
  expanded_member  BIGINT  NOT NULL,
  PRIMARY KEY (app_id, team_id, group_id),
  INDEX team_source_due (app_id, team_id, due),
  INDEX team_source_group (group_id, app_id)
)${table-options};
