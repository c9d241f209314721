-- What a daemon must know to work on these tables: one row. step counts the versions of the tables,
-- least is the oldest step whose daemons still get along with them. A migration of a later release
-- raises step, and least to one below: the release before may run beside it, older ones not.
CREATE TABLE IF NOT EXISTS schema_step (
  id    INT NOT NULL,
  step  INT NOT NULL,
  least INT NOT NULL,
  PRIMARY KEY (id)
)${table-options};
