-- One row per membership ever asserted. changed_version is the group's version at the last change of
-- this row, given under the group's row lock, so that a reader can ask "what changed since version v".
-- A removed membership (present = FALSE) is a tombstone until every app has expanded it.
CREATE TABLE IF NOT EXISTS directory_member (
  group_id        BIGINT      NOT NULL,
  member_id       BIGINT      NOT NULL,
  member_type     VARCHAR(8)  NOT NULL,
  present         BOOLEAN     NOT NULL,
  changed_version BIGINT      NOT NULL,
  asserted_seq    BIGINT      NOT NULL,
  cause           BIGINT      NOT NULL,
  PRIMARY KEY (group_id, member_id),
  INDEX directory_member_change (group_id, changed_version, member_id),
  INDEX directory_member_member (member_id, group_id)
)${table-options};
