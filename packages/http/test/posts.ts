import { local, password } from './fixture.js';

/** Every POST row of the sso dialect, each with a body that its schema takes. */
export const posts = [
  ['/v1/user', { name: 'Ann', email: 'ann@example.com' }],
  ['/v1/key', { name: 'laptop', type: 'TOKEN', user_id: '1' }],
  ['/v1/auth/key/verify', { key: 'x' }],
  [`${local}/login`, { email: 'ann@example.com', password }],
  [`${local}/reset-password`, { email: 'ann@example.com' }],
  [`${local}/reset-password/confirm`, { token: 'x', password }],
  [`${local}/reset-password/revoke`, { token: 'x' }],
  [`${local}/update-password`, { email: 'ann@example.com', password, new_password: password }],
  [`${local}/update-password/revoke`, { token: 'x' }],
] as const;

/** What a failure is called on a row: auth rows do not name causes. */
export const nameOn = (path: string, cause: string) => (path.startsWith('/v1/auth') ? 'RedactedError' : cause);

/** What every answer has. */
export const headers = {
  'Cache-Control': 'no-store',
  'Content-Type': 'application/json; charset=utf-8',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};
