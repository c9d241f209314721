-- Members that a group was told of before the directory knew them. member_ref is what the client sent;
-- member_key is its folded form, for a user who arrives under that userName. Who asked is kept for the
-- change record that the arrival makes.
CREATE TABLE IF NOT EXISTS parked_member (
  group_id     BIGINT       NOT NULL,
  member_ref   VARCHAR(512) NOT NULL,
  member_key   VARCHAR(512) NOT NULL,
  directory_id BIGINT       NOT NULL,
  parked_at    BIGINT       NOT NULL,
  token_id     BIGINT       NOT NULL,
  actor        VARCHAR(128) NOT NULL,
  request_id   VARCHAR(64)  NOT NULL,
  address      VARCHAR(64)  NOT NULL,
  PRIMARY KEY (group_id, member_ref),
  INDEX parked_member_key (directory_id, member_key),
  INDEX parked_member_at (parked_at)
)${table-options};
