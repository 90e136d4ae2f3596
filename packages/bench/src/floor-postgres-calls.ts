import type { Pool } from 'pg';
import { benchService } from './contestant.js';
import type { FloorAudit, FloorStorage } from './floor.js';
import { singleStatements } from './floor-postgres-statements.js';
import type { FloorToken, TokenRow } from './floor-rows.js';
import { type FloorLimit, secretId } from './floor-values.js';

const call = (name: string, parameters: number) => {
  const places = Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ');
  return { name: `floor_call_${name}`, text: `select * from pwreset_floor_${name}(${places})` } as const;
};

const sql = {
  begin: call('begin', 16),
  issue: call('issue', 16),
  open: call('open', 7),
  setPassword: call('set_password', 21),
} as const;

const limitValues = ({ key, first, unbelievable, refillMs, ceiling }: FloorLimit) =>
  [key, first, unbelievable, refillMs, ceiling] as const;

const issueValues = (userId: string, token: FloorToken, { attempt, client }: FloorAudit, now: number) => [
  ...[userId, token.id, benchService.id, secretId, token.fingerprint, token.issuedAt, token.expiresAt],
  ...[attempt, client.ip, client.userAgent, now],
];

/** A function in the database for each commit: one call, one transaction. */
export function callsFloor(pool: Pool): FloorStorage {
  return {
    ...singleStatements(pool),
    async begin(byIp, byAddress, { id, uniqueKey, address, payload, expiresAt }, now) {
      const limits = [...limitValues(byIp), ...limitValues(byAddress)];
      const values = [...limits, id, uniqueKey, address, payload, expiresAt, now];
      const { rows } = await pool.query<{ pwreset_floor_begin: boolean }>({ ...sql.begin, values });
      return rows[0]?.pwreset_floor_begin ?? false;
    },
    async issue(begun, user, token, mail, audit, now) {
      const issued = issueValues(user.id, token, audit, now);
      const values = [begun.id, begun.attempt, ...issued, mail.id, mail.payload, mail.expiresAt];
      await pool.query({ ...sql.issue, values });
    },
    async open(byIp, tokenId, now) {
      const { rows } = await pool.query<TokenRow>({ ...sql.open, values: [...limitValues(byIp), tokenId, now] });
      return rows[0];
    },
    async setPassword({ tokenId, user, hash, revoke, notice, moot, now, ...audit }) {
      const issued = issueValues(user.id, revoke, audit, now);
      const told = [notice.id, notice.payload, notice.expiresAt];
      const values = [tokenId, hash, user.password, user.email, ...issued, ...told, ...moot];
      await pool.query({ ...sql.setPassword, values });
    },
  };
}
