import type { NewToken, UserId } from '@pwreset/core';
import type { NewPassword } from './password-statements.js';
import type { Query } from './statement.js';
import type { Statements } from './statements.js';

export const newPassword = ({ source }: Statements, id: UserId, hash: string, now: number): NewPassword => ({
  id,
  password: source.password.stored.toColumn(hash),
  now,
});

/** In our table and in the application's. */
export const revokeKeys = ({ keys, mappedKeys }: Statements, id: UserId, now: number): readonly Query[] => [
  keys.revokeOfUser({ user_id: id, now }),
  ...(mappedKeys === null ? [] : [mappedKeys.revokeOfUser({ id, now })]),
];

export const issueToken = ({ tokens }: Statements, token: NewToken): Query =>
  tokens.issue({
    id: token.id,
    purpose: token.purpose,
    user_id: token.userId,
    service_id: token.serviceId,
    secret_id: token.secretId,
    fingerprint: token.fingerprint,
    issued_at: token.issuedAt,
    expires_at: token.expiresAt,
  });
