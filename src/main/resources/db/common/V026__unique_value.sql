-- Values of extension attributes that a schema declares unique, as the resources hold them now.
-- directory_id is 0 for those unique over all directories; attribute is URN:name in lower case,
-- value_key the value as it is compared.
CREATE TABLE IF NOT EXISTS unique_value (
  directory_id BIGINT       NOT NULL,
  attribute    VARCHAR(320) NOT NULL,
  value_key    VARCHAR(256) NOT NULL,
  resource_id  BIGINT       NOT NULL,
  PRIMARY KEY (directory_id, attribute, value_key),
  INDEX unique_value_resource (resource_id)
)${table-options};
