-- One IdP's population, with its own base URL, tokens and mode (SCIM, JIT or MANUAL).
-- Every *_at column of every table is milliseconds since 1970-01-01T00:00Z; every id is made by the application.
-- How its requests are read: dialect is the one an administrator pinned or 'auto', heard_dialect the
-- one recognised in requests ('' before the first); the other settings are words or 'auto' too.
-- jit_* say whose ID tokens make users in mode JIT; they stay when the mode is left. jit_claims is
-- attribute=claim, joined by commas.
-- From deleted_at on it takes no requests; the row goes last, after everything that belonged to it.
CREATE TABLE IF NOT EXISTS directory (
  id                 BIGINT       NOT NULL,
  name               VARCHAR(64)  NOT NULL,
  mode               VARCHAR(8)   NOT NULL,
  dialect            VARCHAR(16)  NOT NULL,
  heard_dialect      VARCHAR(16)  NOT NULL,
  strictness         VARCHAR(8)   NOT NULL,
  remove_all_members VARCHAR(8)   NOT NULL,
  unknown_attributes VARCHAR(8)   NOT NULL,
  foreign_emails     VARCHAR(8)   NOT NULL,
  jit_issuer         VARCHAR(512),
  jit_audience       VARCHAR(512),
  jit_jwks_url       VARCHAR(512),
  jit_claims         VARCHAR(2048),
  created_at         BIGINT       NOT NULL,
  deleted_at         BIGINT,
  PRIMARY KEY (id),
  UNIQUE (name)
)${table-options};
