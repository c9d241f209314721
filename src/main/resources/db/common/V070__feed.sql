-- Groups whose place among groups changed: which teams of the app they feed is worked out anew, and for
-- the groups below them where that changed. position -1: nothing is done yet; else the last child that was
-- asked for. asked counts the requests, so that one that comes meanwhile is not lost.
CREATE TABLE IF NOT EXISTS feed (
  app_id   INT      NOT NULL,
  group_id BIGINT   NOT NULL,
  asked    INT      NOT NULL,
  position BIGINT   NOT NULL,
  cause    BIGINT   NOT NULL,
  priority SMALLINT NOT NULL,
  PRIMARY KEY (app_id, group_id),
  INDEX feed_work (priority, app_id, group_id)
)${table-options};
