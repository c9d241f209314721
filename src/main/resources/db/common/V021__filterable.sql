-- The attributes declared filterable in conf, and how far their values are in directory_value:
-- resources up to filled_to have theirs, all of them once it is complete.
CREATE TABLE IF NOT EXISTS filterable (
  id            BIGINT       NOT NULL,
  resource_type VARCHAR(8)   NOT NULL,
  path          VARCHAR(256) NOT NULL,
  filled_to     BIGINT       NOT NULL,
  complete      BOOLEAN      NOT NULL,
  created_at    BIGINT       NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (resource_type, path)
)${table-options};
