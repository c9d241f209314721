-- E-mail addresses of users, for look-ups; the user's attributes stay the truth.
-- A key is null where the element has no such part; what is longer than type_key is cut.
CREATE TABLE IF NOT EXISTS directory_email (
  user_id      BIGINT       NOT NULL,
  position     INT          NOT NULL,
  directory_id BIGINT       NOT NULL,
  type_key     VARCHAR(64),
  value_key    VARCHAR(512),
  PRIMARY KEY (user_id, position),
  INDEX directory_email_value (directory_id, value_key),
  INDEX directory_email_owner (value_key, directory_id)
)${table-options};
