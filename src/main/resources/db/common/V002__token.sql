-- Bearer tokens of the intake, and the secrets of OAuth clients (client_id is set); no secret is ever stored. scope is full or read-only. A token
-- that was rotated names the one that replaced it, since when, and ends at expires_at like any other.
CREATE TABLE IF NOT EXISTS token (
  id             BIGINT       NOT NULL,
  directory_id   BIGINT       NOT NULL,
  name           VARCHAR(128) NOT NULL,
  client_id      VARCHAR(32),
  scope          VARCHAR(16)  NOT NULL,
  secret_sha256  VARCHAR(64)  NOT NULL,
  created_at     BIGINT       NOT NULL,
  expires_at     BIGINT,
  revoked_at     BIGINT,
  replaced_by    BIGINT,
  replaced_at    BIGINT,
  last_used_at   BIGINT,
  last_used_from VARCHAR(64),
  PRIMARY KEY (id),
  UNIQUE (secret_sha256),
  INDEX token_directory (directory_id, id)
)${table-options};
