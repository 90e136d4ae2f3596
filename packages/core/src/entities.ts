import type { AttemptId, KeyId, Realm, SecretId, ServiceId, TokenId, UserId } from './ids.js';

/**
 * What a user's password is at the moment. `stored` is the column's value, byte for byte as read.
 *
 * - `usable`: `stored` is a hash that a hasher may verify;
 * - `none`: the user never had a local password;
 * - `unusable`: made so by revoke or `invalidatePassword`; no hasher accepts it, a reset is the way back.
 */
export type Credential =
  | { readonly state: 'usable'; readonly stored: string }
  | { readonly state: 'none'; readonly stored: string | null }
  | { readonly state: 'unusable'; readonly stored: string | null };

/** The account whose password this is. Times are epoch milliseconds. */
export interface User {
  readonly id: UserId;
  readonly realm: Realm;
  /** The address as the application stored it; mail goes here and nowhere else. */
  readonly email: string;
  readonly enabled: boolean;
  readonly name: string;
  /** BCP 47 language tag. */
  readonly locale: string;
  /** IANA time zone. */
  readonly timezone: string;
  readonly credential: Credential;
  /** Whether a forgotten password may be reset at all. */
  readonly passwordAllowReset: boolean;
  /** Whether login is refused until the password was changed. */
  readonly passwordRequireUpdate: boolean;
  /** `null` where the application's table does not know. */
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
}

/**
 * The URLs that a service's mails may link to, as templates with `{{token}}`, `{{email}}`, each a whole query value or the
 * fragment's value. They come from configuration, never from a request.
 */
export interface ServiceLinks {
  /** Where a user who asked for a reset sets the new password. */
  readonly reset: string;
  /** "This was not me", in the notice after a reset. */
  readonly resetNotice: string;
  /** "This was not me", in the notice after an update. */
  readonly updateNotice: string;
  /** "This was not me", in the notice after a change of address. */
  readonly emailChangeNotice: string;
}

/** The application that calls, with the URLs that its mails may link to. */
export interface Service {
  readonly id: ServiceId;
  readonly name: string;
  readonly url: string;
  readonly links: ServiceLinks;
  /** Where a caller may have the link of a reset mail lead, as templates; see {@link checkResetUrl}. */
  readonly resetUrls: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const keyTypes = ['KEY', 'TOKEN', 'TOTP'] as const;

/** Stored for the application, not interpreted. */
export type KeyType = (typeof keyTypes)[number];

/** A credential of a service (`userId` is `null`) or of a user. Its value is shown once and stored as a digest. */
export interface Key {
  readonly id: KeyId;
  readonly type: KeyType;
  readonly name: string;
  readonly serviceId: ServiceId;
  readonly userId: UserId | null;
  readonly enabled: boolean;
  readonly revoked: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const tokenPurposes = ['reset', 'reset_code', 'revoke'] as const;
export type TokenPurpose = (typeof tokenPurposes)[number];

/** What a row needs so that its token can be derived again and is bound to what it was issued for; nothing usable. */
export interface NewToken {
  readonly id: TokenId;
  readonly purpose: TokenPurpose;
  readonly userId: UserId;
  readonly serviceId: ServiceId;
  readonly secretId: SecretId;
  /** Keyed digest of what the token dies with (P7). */
  readonly fingerprint: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Something a mail carries, as storage keeps it. */
export interface Token extends NewToken {
  readonly usedAt: number | null;
  /** The attempt that used it. */
  readonly usedBy: AttemptId | null;
  readonly closedAt: number | null;
}

/** Who asked, as far as the caller can tell. It is shown in notices and kept in audit rows. */
export interface Client {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export const auditEvents = [
  'reset_begun',
  'password_reset',
  'password_updated',
  'password_invalidated',
  'password_rehashed',
  'password_update_required',
  'email_changed',
  'user_revoked',
  'user_created',
  'user_patched',
  'user_enabled',
  'user_disabled',
  'user_forgotten',
  'user_deleted',
  'key_created',
  'service_created',
] as const;
export type AuditEvent = (typeof auditEvents)[number];

/** One row of the audit trail. Its id is the attempt's, so that the outcome of a lost answer can be asked for. */
export interface AuditEntry {
  readonly id: AttemptId;
  readonly event: AuditEvent;
  readonly at: number;
  readonly userId: UserId | null;
  readonly serviceId: ServiceId | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}
