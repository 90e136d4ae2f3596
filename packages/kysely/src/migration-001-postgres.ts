/**
 * The tables as they began. A token outlives the row of its user and a key is revoked before its user goes, so nothing here
 * cascades. Times are epoch milliseconds.
 */
export const initialPostgres: readonly string[] = [
  `create table pwreset_users (
  id text primary key not null,
  realm text not null,
  email text not null,
  address text not null,
  enabled boolean not null,
  name text not null,
  locale text not null,
  timezone text not null,
  password text,
  password_allow_reset boolean not null,
  password_require_update boolean not null,
  created_at bigint not null,
  updated_at bigint not null
)`,
  'create unique index pwreset_users_address on pwreset_users (realm, address)',

  `create table pwreset_services (
  id text primary key not null,
  name text not null,
  url text not null,
  reset_link text not null,
  reset_notice_link text not null,
  update_notice_link text not null,
  email_change_notice_link text not null,
  enabled boolean not null,
  created_at bigint not null,
  updated_at bigint not null
)`,

  `create table pwreset_keys (
  id text primary key not null,
  digest text not null unique,
  type text not null,
  name text not null,
  service_id text not null,
  user_id text,
  enabled boolean not null,
  revoked boolean not null,
  created_at bigint not null,
  updated_at bigint not null
)`,
  'create index pwreset_keys_user on pwreset_keys (user_id, created_at, id) where user_id is not null',

  `create table pwreset_tokens (
  id text primary key not null,
  purpose text not null,
  user_id text not null,
  service_id text not null,
  secret_id text not null,
  fingerprint text not null,
  issued_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  used_by text,
  closed_at bigint
)`,
  'create index pwreset_tokens_open on pwreset_tokens (user_id, purpose) where used_at is null and closed_at is null',
  `create index pwreset_tokens_end on pwreset_tokens (
  least(expires_at, coalesce(used_at, expires_at), coalesce(closed_at, expires_at))
)`,

  `create table pwreset_jobs (
  id text primary key not null,
  kind text not null,
  priority integer not null,
  state text not null check (state in ('pending', 'done', 'dead')),
  unique_key text,
  address text,
  payload text not null,
  attempt integer not null,
  lease_until bigint,
  created_at bigint not null,
  due_at bigint not null,
  expires_at bigint not null,
  ended_at bigint
)`,
  "create index pwreset_jobs_due on pwreset_jobs (priority, due_at) where state = 'pending'",
  `create unique index pwreset_jobs_unique_key on pwreset_jobs (unique_key)
  where state = 'pending' and unique_key is not null`,
  'create index pwreset_jobs_end on pwreset_jobs (ended_at) where ended_at is not null',
  'create index pwreset_jobs_created on pwreset_jobs (created_at, id)',

  `create table pwreset_limits (
  key text primary key not null,
  arrival bigint not null
)`,

  `create table pwreset_audit (
  id text primary key not null,
  event text,
  at bigint not null,
  user_id text,
  service_id text,
  ip text,
  user_agent text
)`,
  'create index pwreset_audit_at on pwreset_audit (at, id)',
  'create index pwreset_audit_user on pwreset_audit (user_id, at, id) where user_id is not null',
];
