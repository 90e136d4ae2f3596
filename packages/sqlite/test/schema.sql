CREATE TABLE pwreset_audit (
  id text primary key not null,
  event text,
  at integer not null,
  user_id text,
  service_id text,
  ip text,
  user_agent text
) strict, without rowid;

CREATE TABLE pwreset_jobs (
  id text primary key not null,
  kind text not null,
  priority integer not null,
  state text not null check (state in ('pending', 'done', 'dead')),
  unique_key text,
  address text,
  payload text not null,
  attempt integer not null,
  lease_until integer,
  created_at integer not null,
  due_at integer not null,
  expires_at integer not null,
  ended_at integer
) strict;

CREATE TABLE pwreset_keys (
  id text primary key not null,
  digest text not null unique,
  type text not null,
  name text not null,
  service_id text not null,
  user_id text,
  enabled integer not null check (enabled in (0, 1)),
  revoked integer not null check (revoked in (0, 1)),
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE TABLE pwreset_limits (
  key text primary key not null,
  arrival integer not null
) strict, without rowid;

CREATE TABLE pwreset_migrations (version integer primary key not null, name text not null) strict;

CREATE TABLE pwreset_services (
  id text primary key not null,
  name text not null,
  url text not null,
  reset_link text not null,
  reset_notice_link text not null,
  update_notice_link text not null,
  email_change_notice_link text not null,
  enabled integer not null check (enabled in (0, 1)),
  created_at integer not null,
  updated_at integer not null
, reset_urls text not null default '[]') strict;

CREATE TABLE pwreset_tokens (
  id text primary key not null,
  purpose text not null,
  user_id text not null,
  service_id text not null,
  secret_id text not null,
  fingerprint text not null,
  issued_at integer not null,
  expires_at integer not null,
  used_at integer,
  used_by text,
  closed_at integer
) strict, without rowid;

CREATE TABLE pwreset_users (
  id text primary key not null,
  realm text not null,
  email text not null,
  address text not null,
  enabled integer not null check (enabled in (0, 1)),
  name text not null,
  locale text not null,
  timezone text not null,
  password text,
  password_allow_reset integer not null check (password_allow_reset in (0, 1)),
  password_require_update integer not null check (password_require_update in (0, 1)),
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX pwreset_audit_at on pwreset_audit (at, id);

CREATE INDEX pwreset_audit_user on pwreset_audit (user_id, at, id) where user_id is not null;

CREATE INDEX pwreset_jobs_created on pwreset_jobs (created_at, id);

CREATE INDEX pwreset_jobs_due on pwreset_jobs (priority, due_at) where state = 'pending';

CREATE INDEX pwreset_jobs_end on pwreset_jobs (ended_at) where ended_at is not null;

CREATE UNIQUE INDEX pwreset_jobs_unique_key on pwreset_jobs (unique_key)
  where state = 'pending' and unique_key is not null;

CREATE INDEX pwreset_keys_user on pwreset_keys (user_id, created_at, id) where user_id is not null;

CREATE UNIQUE INDEX pwreset_tokens_code on pwreset_tokens (user_id)
  where purpose = 'reset_code' and used_at is null and closed_at is null;

CREATE INDEX pwreset_tokens_end on pwreset_tokens (
  min(expires_at, coalesce(used_at, expires_at), coalesce(closed_at, expires_at))
);

CREATE INDEX pwreset_tokens_open on pwreset_tokens (user_id, purpose) where used_at is null and closed_at is null;

CREATE UNIQUE INDEX pwreset_users_address on pwreset_users (realm, address);
