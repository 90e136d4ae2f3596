import type { Key, PublicUser, Strength } from '@pwreset/core';

/** RFC 3339; `null` where the application's table does not know. */
const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export const userJson = (user: PublicUser) => ({
  created_at: time(user.createdAt),
  updated_at: time(user.updatedAt),
  id: user.id,
  is_enabled: user.enabled,
  name: user.name,
  email: user.email,
  locale: user.locale,
  timezone: user.timezone,
  password_allow_reset: user.passwordAllowReset,
  password_require_update: user.passwordRequireUpdate,
});

export const keyJson = (key: Key) => ({
  created_at: time(key.createdAt),
  updated_at: time(key.updatedAt),
  id: key.id,
  is_enabled: key.enabled,
  is_revoked: key.revoked,
  type: key.type,
  name: key.name,
  service_id: key.serviceId,
  user_id: key.userId,
});

/** Without an estimator there is nothing to say, and nothing is said. */
export const metaJson = (strength: Strength) => (strength === null ? {} : { password_strength: strength });

/** A credential of a session that the application began. */
export interface SessionToken {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Seconds since the epoch, as text: that is how the original writes an int64. */
export const sessionTokenJson = ({ token, expiresAt }: SessionToken) => ({
  token,
  token_expires: String(Math.floor(expiresAt / 1_000)),
});
