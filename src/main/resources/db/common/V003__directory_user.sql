-- A deleted user is one marked row: deleted_at is set and every key is released.
-- origin: idp, or app for one that was imported from an app and that no identity provider has touched.
-- The *_key columns are for look-ups and sorting; the attributes stay the truth.
CREATE TABLE IF NOT EXISTS directory_user (
  id               BIGINT        NOT NULL,
  directory_id     BIGINT        NOT NULL,
  user_name        VARCHAR(256)  NOT NULL,
  user_name_key    VARCHAR(512),
  external_id      VARCHAR(512),
  display_name_key VARCHAR(256),
  family_name_key  VARCHAR(256),
  given_name_key   VARCHAR(256),
  active           BOOLEAN       NOT NULL,
  version          BIGINT        NOT NULL,
  reactivated_seq  BIGINT        NOT NULL,
  origin           VARCHAR(4)    DEFAULT 'idp' NOT NULL,
  attributes       ${long-text}  NOT NULL,
  created_at       BIGINT        NOT NULL,
  modified_at      BIGINT        NOT NULL,
  deleted_at       BIGINT,
  PRIMARY KEY (id),
  UNIQUE (directory_id, user_name_key),
  INDEX directory_user_external (directory_id, external_id, id),
  INDEX directory_user_display (directory_id, display_name_key, id),
  INDEX directory_user_family (directory_id, family_name_key, id),
  INDEX directory_user_given (directory_id, given_name_key, id),
  INDEX directory_user_active (directory_id, active, id),
  INDEX directory_user_created (directory_id, created_at, id),
  INDEX directory_user_modified (directory_id, modified_at, id),
  INDEX directory_user_page (directory_id, deleted_at, id)
)${table-options};
