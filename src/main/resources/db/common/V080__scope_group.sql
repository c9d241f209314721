-- Groups whose members an app's scope names, as its file writes them: a change of their members makes
-- accounts due. position is the place in the file.
CREATE TABLE IF NOT EXISTS scope_group (
  app_id   INT          NOT NULL,
  position INT          NOT NULL,
  name     VARCHAR(512) NOT NULL,
  PRIMARY KEY (app_id, position)
)${table-options};
