-- The public halves of the keys that daemons sign access tokens with, for every daemon to check them.
-- The private half never leaves the memory of the daemon that made it. Gone some time after expires_at.
CREATE TABLE IF NOT EXISTS access_key (
  kid        VARCHAR(64)   NOT NULL,
  public_jwk VARCHAR(1024) NOT NULL,
  created_at BIGINT        NOT NULL,
  expires_at BIGINT        NOT NULL,
  PRIMARY KEY (kid)
)${table-options};
