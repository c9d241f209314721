CREATE TABLE IF NOT EXISTS directory_group (
  id               BIGINT        NOT NULL,
  directory_id     BIGINT        NOT NULL,
  display_name     VARCHAR(256)  NOT NULL,
  display_name_key VARCHAR(512),
  external_id      VARCHAR(512),
  version          BIGINT        NOT NULL,
  origin           VARCHAR(4)    DEFAULT 'idp' NOT NULL,
  attributes       ${long-text}  NOT NULL,
  created_at       BIGINT        NOT NULL,
  modified_at      BIGINT        NOT NULL,
  deleted_at       BIGINT,
  PRIMARY KEY (id),
  UNIQUE (directory_id, display_name_key),
  INDEX directory_group_external (directory_id, external_id, id),
  INDEX directory_group_created (directory_id, created_at, id),
  INDEX directory_group_modified (directory_id, modified_at, id),
  INDEX directory_group_page (directory_id, deleted_at, id)
)${table-options};
