-- One IdP's population, with its own base URL, tokens and mode (SCIM, JIT, MANUAL).
-- Every *_at column of every table is milliseconds since 1970-01-01T00:00Z; every id is made by the application.
CREATE TABLE IF NOT EXISTS directory (
  id         BIGINT       NOT NULL,
  name       VARCHAR(64)  NOT NULL,
  mode       VARCHAR(8)   NOT NULL,
  created_at BIGINT       NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (name)
)${table-options};
