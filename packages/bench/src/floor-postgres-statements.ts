import type { Pool, PoolClient } from 'pg';
import { benchService } from './contestant.js';
import type { FloorAudit, FloorStorage } from './floor.js';
import { floorSql as sql } from './floor-postgres-sql.js';
import type { FloorJob, FloorToken, JobRow, TokenRow, UserRow } from './floor-rows.js';
import { type FloorLimit, secretId } from './floor-values.js';

/** A pool, or one connection of it. */
type Runner = Pick<PoolClient, 'query'>;

/** One statement after the other, each under a name that the server keeps it prepared by. */
export function statementsFloor(pool: Pool): FloorStorage {
  async function inTransaction<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  return {
    ...singleStatements(pool),
    begin: (byIp, byAddress, job, now) =>
      inTransaction(async (client) => {
        if (!(await charge(client, byIp, now))) return false;
        if (await charge(client, byAddress, now)) await enqueue(client, 'begin', 3, job.uniqueKey, job, now);
        return true;
      }),
    issue: (begun, user, token, mail, audit, now) =>
      inTransaction(async (client) => {
        await finish(client, begun, now);
        const enabled = await client.query({ ...sql.lockEnabled, values: [user.id] });
        if (enabled.rowCount === 0) throw new Error('disabled');
        await issueToken(client, 'reset', user.id, token);
        await enqueue(client, 'mail', 2, null, mail, now);
        await record(client, 'reset_begun', user.id, audit, now);
      }),
    async open(byIp, tokenId, now) {
      if (!(await charge(pool, byIp, now))) throw new Error('too many requests');
      return findToken(pool, tokenId);
    },
    setPassword: ({ tokenId, user, hash, revoke, notice, moot, now, ...audit }) =>
      inTransaction(async (client) => {
        const values = [hash, now, user.id, user.password, user.email];
        const set = await client.query({ ...sql.setPassword, values });
        if (set.rowCount === 0) throw new Error('changed');
        const used = await client.query({ ...sql.useToken, values: [now, audit.attempt, tokenId] });
        if (used.rowCount === 0) throw new Error('used');
        await client.query({ ...sql.closeTokens, values: [now, user.id] });
        await issueToken(client, 'revoke', user.id, revoke);
        await enqueue(client, 'notice', 1, null, notice, now);
        await client.query({ ...sql.clearLimits, values: [...moot] });
        await record(client, 'password_reset', user.id, audit, now);
      }),
  };
}

/** What is one statement in every floor. */
export function singleStatements(pool: Pool): Pick<FloorStorage, 'claim' | 'findUser' | 'findToken' | 'finish'> {
  return {
    async claim(now, leaseUntil, limit) {
      const { rows } = await pool.query<JobRow>({ ...sql.claim, values: [leaseUntil, now, limit] });
      return rows;
    },
    async findUser(address) {
      const { rows } = await pool.query<UserRow>({ ...sql.findUser, values: [address] });
      return rows[0];
    },
    findToken: (id) => findToken(pool, id),
    finish: (job, now) => finish(pool, job, now),
  };
}

async function findToken(runner: Runner, id: string): Promise<TokenRow | undefined> {
  const { rows } = await runner.query<TokenRow>({ ...sql.findToken, values: [id] });
  return rows[0];
}

async function charge(runner: Runner, limit: FloorLimit, now: number): Promise<boolean> {
  const { key, first, unbelievable, refillMs, ceiling } = limit;
  const values = [key, first, unbelievable, now, refillMs, ceiling];
  const { rowCount } = await runner.query({ ...sql.charge, values });
  return rowCount === 1;
}

async function finish(runner: Runner, { id, attempt }: JobRow, now: number): Promise<void> {
  const { rowCount } = await runner.query({ ...sql.finish, values: [now, id, attempt] });
  if (rowCount === 0) throw new Error('lost');
}

async function enqueue(
  runner: Runner,
  kind: string,
  priority: number,
  uniqueKey: string | null,
  { id, address, payload, expiresAt }: FloorJob,
  now: number,
): Promise<void> {
  await runner.query({ ...sql.enqueue, values: [id, kind, priority, uniqueKey, address, payload, now, expiresAt] });
}

async function issueToken(runner: Runner, purpose: string, userId: string, token: FloorToken): Promise<void> {
  const { id, fingerprint, issuedAt, expiresAt } = token;
  const values = [id, purpose, userId, benchService.id, secretId, fingerprint, issuedAt, expiresAt];
  await runner.query({ ...sql.issue, values });
}

async function record(runner: Runner, event: string, userId: string, audit: FloorAudit, now: number): Promise<void> {
  const { attempt, client } = audit;
  const values = [attempt, event, now, userId, benchService.id, client.ip, client.userAgent];
  await runner.query({ ...sql.record, values });
}
