-- What cursors are signed with, the same on every node; made by the first daemon that starts.
CREATE TABLE IF NOT EXISTS cursor_key (
  id         INT         NOT NULL,
  secret     VARCHAR(64) NOT NULL,
  created_at BIGINT      NOT NULL,
  PRIMARY KEY (id)
)${table-options};
