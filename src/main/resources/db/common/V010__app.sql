-- One configured downstream instance. The fingerprint (connector, base URL, tenant) tells when a file
-- points at another app than the one our links and rows are about.
CREATE TABLE app (
  id              INT           NOT NULL,
  name            VARCHAR(64)   NOT NULL,
  connector       VARCHAR(64)   NOT NULL,
  fingerprint     VARCHAR(512)  NOT NULL,
  state           VARCHAR(16)   NOT NULL,
  state_reason    VARCHAR(1024) NOT NULL,
  paused_until    BIGINT,
  rules_version   BIGINT        NOT NULL,
  created_at      BIGINT        NOT NULL,
  changed_at      BIGINT        NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (name)
)${table-options};
