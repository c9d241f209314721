-- A deleted user is one marked row: deleted_at is set and the name key is released.
CREATE TABLE IF NOT EXISTS directory_user (
  id              BIGINT        NOT NULL,
  directory_id    BIGINT        NOT NULL,
  user_name       VARCHAR(256)  NOT NULL,
  user_name_key   VARCHAR(512),
  external_id     VARCHAR(512),
  active          BOOLEAN       NOT NULL,
  version         BIGINT        NOT NULL,
  reactivated_seq BIGINT        NOT NULL,
  attributes      ${long-text}  NOT NULL,
  created_at      BIGINT        NOT NULL,
  modified_at     BIGINT        NOT NULL,
  deleted_at      BIGINT,
  PRIMARY KEY (id),
  UNIQUE (directory_id, user_name_key),
  INDEX directory_user_external (directory_id, external_id),
  INDEX directory_user_page (directory_id, deleted_at, id)
)${table-options};
