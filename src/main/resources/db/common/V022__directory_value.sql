-- Values of attributes declared filterable, for look-ups; the resource's attributes stay the truth.
-- A key sorts as its value does (numbers and dates too) and is cut when it is long; null where an
-- element of a multi-valued attribute has no such part.
CREATE TABLE IF NOT EXISTS directory_value (
  resource_id  BIGINT       NOT NULL,
  attribute_id BIGINT       NOT NULL,
  position     INT          NOT NULL,
  directory_id BIGINT       NOT NULL,
  value_key    VARCHAR(256),
  PRIMARY KEY (resource_id, attribute_id, position),
  INDEX directory_value_key (attribute_id, directory_id, value_key, resource_id)
)${table-options};
