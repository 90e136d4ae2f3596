import type { JobKind, JobState, KeyType, TokenPurpose } from '@pwreset/core';

export interface UsersTable {
  id: string;
  realm: string;
  /** As the user wrote it; mail goes here. */
  email: string;
  /** The form in which addresses are compared; unique within the realm. */
  address: string;
  enabled: boolean | number;
  name: string;
  locale: string;
  timezone: string;
  /** `null`: never had one; what begins with an exclamation mark: unusable; anything else is a hash. */
  password: string | null;
  password_allow_reset: boolean | number;
  password_require_update: boolean | number;
  created_at: number;
  updated_at: number;
}

export interface ServicesTable {
  id: string;
  name: string;
  url: string;
  reset_link: string;
  reset_notice_link: string;
  update_notice_link: string;
  email_change_notice_link: string;
  enabled: boolean | number;
  created_at: number;
  updated_at: number;
  /** Where a reset mail's link may lead on request: a list of templates, as JSON. */
  reset_urls: string;
}

export interface KeysTable {
  id: string;
  /** SHA-256 of the key's value in hexadecimal. */
  digest: string;
  type: KeyType;
  name: string;
  service_id: string;
  user_id: string | null;
  enabled: boolean | number;
  revoked: boolean | number;
  created_at: number;
  updated_at: number;
}

export interface TokensTable {
  id: string;
  purpose: TokenPurpose;
  user_id: string;
  service_id: string;
  secret_id: string;
  fingerprint: string;
  issued_at: number;
  expires_at: number;
  used_at: number | null;
  used_by: string | null;
  closed_at: number | null;
}

export interface JobsTable {
  id: string;
  kind: JobKind;
  /** The kind's place in the order of delivery, so that an index can serve it. */
  priority: number;
  state: JobState;
  unique_key: string | null;
  address: string | null;
  payload: string;
  attempt: number;
  lease_until: number | null;
  created_at: number;
  due_at: number;
  expires_at: number;
  ended_at: number | null;
}

export interface LimitsTable {
  key: string;
  /** The theoretical arrival time, in epoch milliseconds. */
  arrival: number;
}

export interface AuditTable {
  /** The attempt's id. */
  id: string;
  /** `null` marks an attempt that was settled as not applied: it holds the id, so that a late commit fails on it. */
  event: string | null;
  at: number;
  user_id: string | null;
  service_id: string | null;
  ip: string | null;
  user_agent: string | null;
}

/** The tables of pwreset, for Kysely. */
export interface PwresetSchema {
  pwreset_users: UsersTable;
  pwreset_services: ServicesTable;
  pwreset_keys: KeysTable;
  pwreset_tokens: TokensTable;
  pwreset_jobs: JobsTable;
  pwreset_limits: LimitsTable;
  pwreset_audit: AuditTable;
}
