-- One role that was granted (present) or revoked and is to be looked at: verify.
CREATE TABLE IF NOT EXISTS grant_look (
  app_id       INT          NOT NULL,
  subject_kind VARCHAR(8)   NOT NULL,
  subject_id   BIGINT       NOT NULL,
  role         VARCHAR(256) NOT NULL,
  resource     VARCHAR(256) NOT NULL,
  present      BOOLEAN      NOT NULL,
  cause        BIGINT       NOT NULL,
  PRIMARY KEY (app_id, subject_kind, subject_id, role, resource)
)${table-options};
