import { type BenchClient, benchService } from './contestant.js';
import { newId, newTokenId, resetFingerprint, resetToken, revokeFingerprint } from './floor-values.js';
import type { Letter } from './postbox.js';

/** PostgreSQL hands 64-bit integers over as text. */
type Whole = number | string;

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly enabled: number | boolean;
  readonly password: string | null;
  readonly password_allow_reset: number | boolean;
  readonly locale: string;
  readonly timezone: string;
  readonly created_at: Whole;
}

/** A token and what its user is now. */
export interface TokenRow extends UserRow {
  readonly token_id: string;
  readonly purpose: string;
  readonly service_id: string;
  readonly fingerprint: string;
  readonly expires_at: Whole;
  readonly used_at: Whole | null;
  readonly closed_at: Whole | null;
}

export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly attempt: Whole;
  readonly address: string | null;
  readonly payload: string;
  readonly expires_at: Whole;
}

export const tokenColumns = `t.id as token_id, t.purpose, t.service_id, t.fingerprint, t.expires_at, t.used_at, t.closed_at`;
export const userColumns =
  'u.id, u.email, u.enabled, u.password, u.password_allow_reset, u.locale, u.timezone, u.created_at';

const hourMs = 3_600_000;
const weekMs = 168 * hourMs;

export interface FloorToken {
  readonly id: string;
  readonly fingerprint: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface FloorJob {
  readonly id: string;
  readonly address: string | null;
  readonly payload: string;
  readonly expiresAt: number;
}

interface Asked {
  readonly requestedAt: number;
  readonly client: BenchClient;
}

export const beginJob = (address: string, client: BenchClient, now: number): FloorJob => ({
  id: newId(),
  address,
  payload: JSON.stringify({ serviceId: benchService.id, requestedAt: now, client }),
  expiresAt: now + hourMs,
});

/** What a begin that was carried out leaves: a token, and the mail that carries it. */
export function issueFor(user: UserRow, { payload }: JobRow) {
  const asked: Asked = JSON.parse(payload);
  const { id, email, password } = user;
  const expiresAt = asked.requestedAt + hourMs;
  const token: FloorToken = {
    id: newTokenId(),
    fingerprint: resetFingerprint(id, password, email),
    issuedAt: asked.requestedAt,
    expiresAt,
  };
  const mail: FloorJob = {
    id: newId(),
    address: null,
    payload: JSON.stringify({ ...asked, tokenId: token.id }),
    expiresAt,
  };
  return { token, mail, client: asked.client };
}

/** What a confirm leaves beside the password: the token of the link "this was not me", and the notice with it. */
export function noticeFor(user: UserRow, client: BenchClient, now: number) {
  const { id, email, locale, timezone } = user;
  const token: FloorToken = {
    id: newTokenId(),
    fingerprint: revokeFingerprint(id, Number(user.created_at)),
    issuedAt: now,
    expiresAt: now + weekMs,
  };
  const payload = JSON.stringify({
    mail: 'reset_notice',
    userId: id,
    tokenId: token.id,
    serviceId: benchService.id,
    locale,
    timezone,
    at: now,
    client,
  });
  const notice: FloorJob = { id: newId(), address: email, payload, expiresAt: now + weekMs };
  return { token, notice };
}

export const tokenIdOf = ({ payload }: JobRow): string => {
  const work: { readonly tokenId: string } = JSON.parse(payload);
  return work.tokenId;
};

/** The row where its token is good now. @throws {Error} */
export function requireGood(row: TokenRow | undefined, now: number): TokenRow {
  if (row === undefined || row.purpose !== 'reset' || row.service_id !== benchService.id) throw new Error('unknown');
  if (row.used_at !== null || row.closed_at !== null || now >= Number(row.expires_at)) throw new Error('ended');
  if (row.fingerprint !== resetFingerprint(row.id, row.password, row.email)) throw new Error('changed');
  if (!row.enabled || !row.password_allow_reset) throw new Error('not allowed');
  return row;
}

export const mayReset = (user: UserRow | undefined): user is UserRow =>
  user !== undefined && Boolean(user.enabled) && Boolean(user.password_allow_reset);

const { host } = new URL(benchService.url);

export const resetLetter = (job: JobRow, { token_id: id, email }: TokenRow): Letter => ({
  messageId: `${job.id}@${host}`,
  to: email,
  url: benchService.resetPage.replace('{{token}}', resetToken(id)),
});
