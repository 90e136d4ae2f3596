import {
  type AuditEntry,
  attemptId,
  auditEvents,
  type ClaimedJob,
  type Credential,
  type Job,
  jobId,
  jobKinds,
  jobStates,
  type Key,
  keyId,
  keyTypes,
  realm,
  type Service,
  secretId,
  serviceId,
  type Token,
  tokenId,
  tokenPurposes,
  type User,
  userId,
} from '@pwreset/core';
import { flag, number, numberOrNull, oneOf, text, textList, textOrNull } from './columns.js';
import type { Columns } from './sql-value.js';
import type { StoredForm } from './user-mapping.js';

const orNull = <Value, Id>(value: Value | null, brand: (value: Value) => Id): Id | null =>
  value === null ? null : brand(value);

function credentialFrom(column: string | null, { fromColumn }: StoredForm): Credential {
  // Some tables hold an empty text where there is no password.
  if (column === null || column === '') return { state: 'none', stored: column };
  const stored = fromColumn(column);
  return stored.startsWith('!') ? { state: 'unusable', stored } : { state: 'usable', stored };
}

/** What of a mapping a row's reading depends on. */
export interface UserForm {
  readonly password: { readonly stored: StoredForm };
  readonly createdAtTells: boolean;
}

/** @throws {TypeError} for a user without the time that tells them from another one with the same id */
function createdAtFrom(row: Columns, { createdAtTells }: UserForm): number | null {
  const createdAt = numberOrNull(row, 'u_created_at');
  if (createdAt !== null || !createdAtTells) return createdAt;
  throw new TypeError('createdAt holds no time in the form that the mapping says, and ids may be handed out twice');
}

export const userFrom = (row: Columns, form: UserForm): User => ({
  id: userId(text(row, 'u_id')),
  realm: realm(text(row, 'u_realm')),
  email: text(row, 'u_email'),
  enabled: flag(row, 'u_enabled'),
  name: text(row, 'u_name'),
  locale: text(row, 'u_locale'),
  timezone: text(row, 'u_timezone'),
  credential: credentialFrom(textOrNull(row, 'u_password'), form.password.stored),
  passwordAllowReset: flag(row, 'u_password_allow_reset'),
  passwordRequireUpdate: flag(row, 'u_password_require_update'),
  createdAt: createdAtFrom(row, form),
  updatedAt: numberOrNull(row, 'u_updated_at'),
});

/** The user of an outer join, or `null` where no row was there to join. */
export const joinedUserFrom = (row: Columns, form: UserForm): User | null =>
  row['u_id'] === null ? null : userFrom(row, form);

export const tokenFrom = (row: Columns): Token => ({
  id: tokenId(text(row, 't_id')),
  purpose: oneOf(row, 't_purpose', tokenPurposes),
  userId: userId(text(row, 't_user_id')),
  serviceId: serviceId(text(row, 't_service_id')),
  secretId: secretId(text(row, 't_secret_id')),
  fingerprint: text(row, 't_fingerprint'),
  issuedAt: number(row, 't_issued_at'),
  expiresAt: number(row, 't_expires_at'),
  usedAt: numberOrNull(row, 't_used_at'),
  usedBy: orNull(textOrNull(row, 't_used_by'), attemptId),
  closedAt: numberOrNull(row, 't_closed_at'),
});

/** The token of an outer join, or `null` where no row was there to join. */
export const joinedTokenFrom = (row: Columns): Token | null => (row['t_id'] === null ? null : tokenFrom(row));

export const keyFrom = (row: Columns): Key => ({
  id: keyId(text(row, 'k_id')),
  type: oneOf(row, 'k_type', keyTypes),
  name: text(row, 'k_name'),
  serviceId: serviceId(text(row, 'k_service_id')),
  userId: orNull(textOrNull(row, 'k_user_id'), userId),
  enabled: flag(row, 'k_enabled'),
  revoked: flag(row, 'k_revoked'),
  createdAt: number(row, 'k_created_at'),
  updatedAt: number(row, 'k_updated_at'),
});

export const serviceFrom = (row: Columns): Service => ({
  id: serviceId(text(row, 'id')),
  name: text(row, 'name'),
  url: text(row, 'url'),
  links: {
    reset: text(row, 'reset_link'),
    resetNotice: text(row, 'reset_notice_link'),
    updateNotice: text(row, 'update_notice_link'),
    emailChangeNotice: text(row, 'email_change_notice_link'),
  },
  resetUrls: textList(row, 'reset_urls'),
  enabled: flag(row, 'enabled'),
  createdAt: number(row, 'created_at'),
  updatedAt: number(row, 'updated_at'),
});

export const claimedJobFrom = (row: Columns): ClaimedJob => ({
  id: jobId(text(row, 'id')),
  kind: oneOf(row, 'kind', jobKinds),
  uniqueKey: textOrNull(row, 'unique_key'),
  address: textOrNull(row, 'address'),
  payload: text(row, 'payload'),
  createdAt: number(row, 'created_at'),
  dueAt: number(row, 'due_at'),
  expiresAt: number(row, 'expires_at'),
  attempt: number(row, 'attempt'),
});

export const jobFrom = (row: Columns): Job => ({
  ...claimedJobFrom(row),
  state: oneOf(row, 'state', jobStates),
  leaseUntil: numberOrNull(row, 'lease_until'),
  endedAt: numberOrNull(row, 'ended_at'),
});

export const auditEntryFrom = (row: Columns): AuditEntry => ({
  id: attemptId(text(row, 'id')),
  event: oneOf(row, 'event', auditEvents),
  at: number(row, 'at'),
  userId: orNull(textOrNull(row, 'user_id'), userId),
  serviceId: orNull(textOrNull(row, 'service_id'), serviceId),
  ip: textOrNull(row, 'ip'),
  userAgent: textOrNull(row, 'user_agent'),
});
