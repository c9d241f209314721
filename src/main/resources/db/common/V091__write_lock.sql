-- Rows to lock for what no unique key can hold between transactions, taken before every other row.
CREATE TABLE IF NOT EXISTS write_lock (
  name VARCHAR(32) NOT NULL,
  PRIMARY KEY (name)
)${table-options};
