import {
  attemptId,
  closeTokens,
  createUser,
  enqueue,
  issueToken,
  jobId,
  requireEnabled,
  setPassword,
  tokenId,
  useToken,
} from '@pwreset/core';
import { expect, test } from 'vitest';
import { freshSchemas } from './fresh-schema.js';
import { ann, connect, type Kind, kinds, newJob, newToken, newUser, openKind, start, untilBlocked } from './support.js';

const freshSchema = freshSchemas(import.meta.url);

/** Remembers at which level each table was written to. */
const levels = `
  create table levels (name text, level text);
  create function remember() returns trigger language plpgsql as $$
    begin
      insert into levels values (tg_table_name, current_setting('transaction_isolation'));
      return null;
    end $$;
  do $$
    declare name text;
    begin
      foreach name in array array['users', 'tokens', 'jobs', 'limits', 'audit'] loop
        execute format('create trigger remember after insert or update or delete on pwreset_%s
          for each statement execute function remember()', name);
      end loop;
    end $$`;

const defaults = ['repeatable read', 'serializable'].flatMap((level) =>
  kinds.map((kind) => ({ level, kind, name: kind.name })),
);

/** A storage with one user, in sessions whose default is `level`. */
async function openAt(level: string, kind: Kind) {
  const { url } = await freshSchema({ setup: levels });
  const address = new URL(url);
  const escaped = level.replace(' ', '\\ ');
  address.searchParams.set(
    'options',
    `${address.searchParams.get('options')} -c default_transaction_isolation=${escaped}`,
  );
  const other = await connect(address.href);
  expect((await other.query('show transaction_isolation')).rows).toEqual([{ transaction_isolation: level }]);
  await other.query('set session characteristics as transaction isolation level read committed');
  const storage = await openKind(kind, address.href);
  await storage.commit([createUser(newUser())]);
  return { url, storage, other };
}

test.each(defaults)(
  'where the default is $level, with $name, everything is written at READ COMMITTED',
  async ({ level, kind }) => {
    const { storage, other } = await openAt(level, kind);
    const limit = { name: 'ip', key: 'ip', capacity: 2, refillMs: 1000, now: start } as const;
    await storage.charge([limit]);
    await storage.commit([requireEnabled(ann), setPassword(ann, '$new$hash', start), issueToken(newToken())]);
    await storage.commit([enqueue(newJob())], [limit]);
    await storage.claimJobs({ now: start, leaseMs: 1, limit: 1 });
    await storage.settle(attemptId('a'), start);
    await storage.purge(start + 86_400_000_000, 10);
    const { rows } = await other.query('select name, level from levels group by 1, 2 order by 1');
    const names = ['audit', 'jobs', 'limits', 'tokens', 'users'];
    expect(rows).toEqual(names.map((name) => ({ name: `pwreset_${name}`, level: 'read committed' })));
  },
);

test.each(defaults)(
  'where the default is $level, with $name, what was committed before the lock is seen',
  async ({ level, kind }) => {
    const { storage, other, url } = await openAt(level, kind);
    const watcher = await connect(url);
    await other.query('begin; select from pwreset_users for update');
    const commit = storage.commit([closeTokens(ann, ['reset'], start)]);
    await untilBlocked(watcher);
    const late = { ...newToken(), id: 'late' };
    await other.query(
      `insert into pwreset_tokens (id, purpose, user_id, service_id, secret_id, fingerprint, issued_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [late.id, late.purpose, late.userId, late.serviceId, late.secretId, late.fingerprint, start, late.expiresAt],
    );
    await other.query('commit');
    expect(await commit).toEqual({ outcome: 'applied' });
    expect((await storage.findToken(tokenId('late')))?.token.closedAt).toBe(start);
  },
);

test.each(defaults)(
  'P3: where the default is $level, with $name, one of many wins a token, and each job goes to one',
  async ({ level, kind }) => {
    const { storage } = await openAt(level, kind);
    const jobs = Array.from({ length: 20 }, (_, n) => enqueue(newJob({ id: jobId(`job ${n}`) })));
    await storage.commit([issueToken(newToken()), ...jobs]);
    const limit = { name: 'ip', key: 'ip', capacity: 5, refillMs: 1000, now: start } as const;
    const contenders = Array.from({ length: 30 }, (_, n) => attemptId(`attempt ${n}`));
    const used = contenders.map((attempt) =>
      storage.commit([useToken(tokenId('token'), { now: start, attempt }), setPassword(ann, attempt, start)]),
    );
    const claims = contenders.map(() => storage.claimJobs({ now: start, leaseMs: 1000, limit: 3 }));
    const charges = contenders.map(() => storage.charge([limit]));
    const outcomes = (await Promise.all(used)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'guard_failed')).toHaveLength(29);
    const claimed = (await Promise.all(claims)).flat().map(({ id }) => id);
    expect([claimed.length, new Set(claimed).size]).toEqual([20, 20]);
    expect((await Promise.all(charges)).filter(({ outcome }) => outcome === 'charged')).toHaveLength(5);
  },
);
