-- Groups that bring roles, by name or by a group above them: up to which change of the group its members
-- were looked at. basis tells what it brought then; when that is another, everybody is looked at anew.
CREATE TABLE IF NOT EXISTS grant_source (
  app_id           INT         NOT NULL,
  group_id         BIGINT      NOT NULL,
  basis            VARCHAR(64) NOT NULL,
  whole            BOOLEAN     NOT NULL,
  expanded_version BIGINT      NOT NULL,
  expanded_member  BIGINT      NOT NULL,
  PRIMARY KEY (app_id, group_id),
  INDEX grant_source_group (group_id, app_id)
)${table-options};
