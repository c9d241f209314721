-- Who changed what, with which token, by which request. Ids rise with time: they are the sequence
-- that reactivated_seq and asserted_seq compare with.
CREATE TABLE IF NOT EXISTS change_record (
  id            BIGINT        NOT NULL,
  at            BIGINT        NOT NULL,
  directory_id  BIGINT        NOT NULL,
  resource_type VARCHAR(16)   NOT NULL,
  resource_id   BIGINT        NOT NULL,
  version       BIGINT        NOT NULL,
  action        VARCHAR(16)   NOT NULL,
  token_id      BIGINT        NOT NULL,
  actor         VARCHAR(128)  NOT NULL,
  request_id    VARCHAR(64)   NOT NULL,
  address       VARCHAR(64)   NOT NULL,
  detail        VARCHAR(2048) NOT NULL,
  PRIMARY KEY (id),
  INDEX change_record_resource (resource_id, id),
  INDEX change_record_at (at)
)${table-options};
