-- Who may do what where. Grants add up; none takes anything away. `tenant_id` is null for what belongs to none.

-- Roles beside the built-in ones. `rights` is JSON: permissions by kind of thing.
CREATE TABLE roles (
  name        TEXT PRIMARY KEY,
  tenant_id   TEXT,
  description TEXT NOT NULL,
  rights      TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  created_by  TEXT,
  updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_groups (
  id          TEXT PRIMARY KEY,
  tenant_id   TEXT,
  name        TEXT NOT NULL,
  name_key    TEXT NOT NULL UNIQUE,  -- lower case, NFKC, as names of users
  description TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  created_by  TEXT,
  updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A member is a user or a group, whose members belong to it then, too. Never a circle.
CREATE TABLE user_group_members (
  group_id    TEXT NOT NULL,
  member_kind TEXT NOT NULL,
  member_id   TEXT NOT NULL,
  PRIMARY KEY (group_id, member_kind, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_group_members_by_member ON user_group_members (member_id, member_kind);

-- `scope_id` is the group or the id of the task that a grant holds for, empty for everything. `source` is who gives it
-- again and again and takes it back, empty for people.
CREATE TABLE grants (
  id           TEXT PRIMARY KEY,
  tenant_id    TEXT,
  subject_kind TEXT NOT NULL,
  subject_id   TEXT NOT NULL,
  role         TEXT NOT NULL,
  scope_kind   TEXT NOT NULL,
  scope_id     TEXT NOT NULL DEFAULT '',
  source       TEXT NOT NULL DEFAULT '',
  created_at   INTEGER NOT NULL,
  created_by   TEXT,
  UNIQUE (subject_kind, subject_id, role, scope_kind, scope_id, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_scope ON grants (scope_kind, scope_id);
CREATE INDEX grants_by_role ON grants (role);
