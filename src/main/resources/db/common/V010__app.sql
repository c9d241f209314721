-- One configured downstream instance. The fingerprint (connector, base URL, tenant) tells when a file
-- points at another app than the one our links and rows are about; wanted_fingerprint is what such a
-- file says, until a person settles it. follows: ids of the directories it follows, so that nodes
-- without its file make its lanes due, too; grants: whether it has roles, so that they do the same for
-- these. paused_until: claims pass again after it.
CREATE TABLE IF NOT EXISTS app (
  id              INT           NOT NULL,
  name            VARCHAR(64)   NOT NULL,
  connector       VARCHAR(64)   NOT NULL,
  fingerprint     VARCHAR(512)  NOT NULL,
  wanted_fingerprint VARCHAR(512) NOT NULL,
  follows         VARCHAR(1024) NOT NULL,
  grants          BOOLEAN       NOT NULL,
  state           VARCHAR(16)   NOT NULL,
  state_reason    VARCHAR(1024) NOT NULL,
  paused_until    BIGINT,
  paused_by       VARCHAR(128)  NOT NULL,
  paused_reason   VARCHAR(512)  NOT NULL,
  rules_version   BIGINT        NOT NULL,
  created_at      BIGINT        NOT NULL,
  changed_at      BIGINT        NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (name)
)${table-options};
