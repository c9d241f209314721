-- Who an app says is in a group that was imported from it and that no identity provider has touched. Shown
-- as members, and nothing else: no role, scope or delivery follows. When an identity provider changes the
-- group, they become members as it says, or go.
CREATE TABLE IF NOT EXISTS found_member (
  group_id  BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  PRIMARY KEY (group_id, member_id),
  INDEX found_member_member (member_id)
)${table-options};
