-- What we did about one role of one account or team. States and columns as in app_member; kept: held, and not to be
-- revoked before another active account holds the role; suppressed:
-- asked for and not granted, since the user is not active or was reactivated without new evidence. direct: an
-- administrator asks for it. asserted: when one last granted or restored it (a change id, 0 for never), which
-- counts as evidence. provenance: why it is asked for, a JSON list.
CREATE TABLE IF NOT EXISTS app_grant (
  app_id       INT           NOT NULL,
  subject_kind VARCHAR(8)    NOT NULL,
  subject_id   BIGINT        NOT NULL,
  role         VARCHAR(256)  NOT NULL,
  resource     VARCHAR(256)  NOT NULL,
  state        VARCHAR(10)   NOT NULL,
  held         BOOLEAN       NOT NULL,
  origin       VARCHAR(8)    NOT NULL,
  direct       BOOLEAN       NOT NULL,
  seen         VARCHAR(8),
  provenance   VARCHAR(2048) NOT NULL,
  asserted     BIGINT        NOT NULL,
  cause        BIGINT        NOT NULL,
  causes       INT           NOT NULL,
  attempts     INT           NOT NULL,
  parked_at    BIGINT,
  retry_at     BIGINT,
  reason       VARCHAR(512)  NOT NULL,
  PRIMARY KEY (app_id, subject_kind, subject_id, role, resource),
  INDEX app_grant_work (app_id, subject_kind, subject_id, state),
  INDEX app_grant_role (app_id, role, resource)
)${table-options};
