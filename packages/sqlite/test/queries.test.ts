import {
  attemptId,
  buryJob,
  clearLimit,
  closeTokens,
  createKey,
  createService,
  createUser,
  defaultRealm,
  disableUser,
  enqueue,
  finishJob,
  holdJob,
  issueToken,
  jobId,
  keyId,
  patchUser,
  record,
  renewJob,
  requireCredential,
  requireEnabled,
  retryJob,
  revokeKeys,
  type Step,
  serviceId,
  setPassword,
  tokenId,
  userId,
  useToken,
} from '@pwreset/core';
import type { UserMapping } from '@pwreset/kysely';
import SqliteDatabase from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import type { SqliteStorage } from '../src/index.js';
import { address, ann, entry, newJob, newToken, newUser, openStorage, start } from './support.js';

const links = { reset: 'r', resetNotice: 'n', updateNotice: 'u', emailChangeNotice: 'e' };
const stamps = { enabled: true, createdAt: start, updatedAt: start };
const token = (n: number) => tokenId(`token ${n}`);
const job = (n: number) => jobId(`job ${n}`);

/** Uses everything that a storage can do; `n` keeps the ids of one round apart from another's. */
async function useEverything(storage: SqliteStorage, n: number): Promise<void> {
  const user = userId(`user ${n}`);
  const service = {
    id: serviceId(`${n}`),
    name: `service ${n}`,
    url: 'https://a.example',
    links,
    resetUrls: ['https://a.example/{{token}}'],
    ...stamps,
  };
  const key = {
    id: keyId(`key ${n}`),
    type: 'KEY',
    name: 'k',
    serviceId: service.id,
    revoked: false,
    ...stamps,
  } as const;
  const limit = { name: 'ip', key: `limit ${n}`, capacity: 1, refillMs: 1000, now: start } as const;
  const apply = async (...steps: Step[]) => expect(await storage.commit(steps)).toEqual({ outcome: 'applied' });

  await apply(
    createUser(newUser({ id: user, address: address(`user${n}@example.com`) })),
    createService(service),
    createKey({ ...key, userId: user, digest: `digest ${n}` }),
    issueToken(newToken({ id: token(n), userId: user })),
    ...[1, 2, 3, 4].map((m) => enqueue(newJob({ id: job(n * 10 + m), uniqueKey: `unique ${n} ${m}` }))),
  );
  expect(await storage.charge([limit])).toEqual({ outcome: 'charged' });
  expect(await storage.commit([enqueue(newJob({ id: job(n) }))], [limit])).toMatchObject({ outcome: 'limited' });
  expect(await storage.findUsersByEmail(defaultRealm, address(`user${n}@example.com`))).toHaveLength(1);
  expect(await storage.findService(service.id)).toEqual(service);
  expect(await storage.findKey(key.id)).toEqual({ ...key, userId: user });
  expect(await storage.findKeyByDigest(`digest ${n}`)).toMatchObject({ user: { id: user } });
  expect(await storage.findToken(token(n))).toMatchObject({ user: { id: user } });
  const code = newToken({ id: tokenId(`code ${n}`), userId: user, purpose: 'reset_code' });
  await apply(closeTokens(user, ['reset_code'], start), issueToken(code));
  const codes = await storage.findCodes(defaultRealm, address(`user${n}@example.com`));
  expect(codes).toMatchObject([{ user: { id: user }, code }]);
  expect(await storage.findArrival(limit.key)).toBe(start + 1000);
  expect(await storage.claimJobs({ now: start, leaseMs: 1000, limit: 10 })).toHaveLength(4);
  const found = await storage.findUserById(user);
  if (found === null) throw new Error('the user was just created');

  await apply(
    useToken(token(n), { now: start, attempt: attemptId(`attempt ${n}`) }),
    requireCredential(found),
    requireEnabled(user),
    ...[1, 2, 3, 4].map((m) => holdJob(job(n * 10 + m), 1)),
    setPassword(user, '$new$hash', start),
    disableUser(user, start),
    revokeKeys(user, start),
    closeTokens(user, ['reset', 'reset_code'], start),
    clearLimit(limit.key),
    finishJob(job(n * 10 + 1), start),
    buryJob(job(n * 10 + 2), start),
    renewJob(job(n * 10 + 3), start + 1),
    retryJob(job(n * 10 + 4), start + 1_000_000),
    record(entry(`attempt ${n}`)),
  );
  await apply(patchUser(user, { name: 'New', passwordAllowReset: false }, start), {
    type: 'invalidatePassword',
    userId: user,
    now: start,
  });
  await apply(patchUser(user, { passwordRequireUpdate: true, locale: 'fr', timezone: 'Asia/Tokyo' }, start));
  await apply(finishJob(job(n * 10 + 3), start), { type: 'deleteUser', userId: user });
  expect(await storage.settle(attemptId(`attempt ${n}`), start)).toBe('applied');
  expect(await storage.listKeys(user)).toHaveLength(1);
  await storage.listAudit({ limit: 5 });
  await storage.listAudit({ userId: ann, limit: 5 });
  await storage.listJobs({ limit: 5 });
  await storage.listJobs({ state: 'dead', limit: 5 });
  expect(await storage.purge(start - 1, 5)).toBe(0);
}

test('every statement is prepared once, however often it is used', async () => {
  const database = new SqliteDatabase(':memory:');
  const prepare = vi.spyOn(database, 'prepare');
  const storage = openStorage({ database });
  await useEverything(storage, 1);
  const texts = prepare.mock.calls.map(([sql]) => sql);
  expect(new Set(texts).size).toBe(texts.length);
  await useEverything(storage, 2);
  await useEverything(storage, 3);
  expect(prepare.mock.calls.length).toBe(texts.length);
});

test('every statement finds its rows by an index, the purge of limits apart', async () => {
  const database = new SqliteDatabase(':memory:');
  const prepare = vi.spyOn(database, 'prepare');
  await useEverything(openStorage({ database }), 1);
  const texts = prepare.mock.calls
    .map(([sql]) => sql)
    .filter((sql) => sql.includes('"pwreset_') && !sql.includes('"arrival" <'));
  prepare.mockRestore();
  expect(texts.length).toBeGreaterThan(35);
  for (const sql of texts) {
    const values = [...sql.matchAll(/\?/g)].map(() => 1);
    const plan = database.prepare<number[], { detail: string }>(`explain query plan ${sql}`).all(...values);
    for (const { detail } of plan) {
      // What is listed newest first is read along an index; nothing is sorted.
      expect(detail, sql).not.toMatch(/^SCAN (?!\w+ USING INDEX pwreset_(?:jobs_created|audit_at))/);
      expect(detail, sql).not.toMatch(/TEMP B-TREE/);
    }
  }
});

test.each<[string, UserMapping['id'], string]>([
  ['text', 'id', 'text collate nocase primary key'],
  ['integers', { column: 'id', as: 'integer', neverReused: true }, 'integer primary key autoincrement'],
  ['UUIDs', { column: 'id', as: 'uuid' }, 'text primary key'],
])('a user and the open code are found by indexes where the ids of users are %s', async (_, id, column) => {
  const database = new SqliteDatabase(':memory:');
  database.exec(`
    create table people (id ${column}, email text, active integer);
    create unique index people_email on people (lower(email));
    create table secrets (person ${column.replace(/ primary key.*$/, '')}, value text, primary key (person));`);
  const password = { table: 'secrets', user: 'person', column: 'value' };
  const users: UserMapping = { table: 'people', id, email: 'email', enabled: 'active', password };
  const prepare = vi.spyOn(database, 'prepare');
  const storage = openStorage({ database, users });
  await storage.findCodes(defaultRealm, address('ann@example.com'));
  const sql = prepare.mock.lastCall?.[0] ?? '';
  prepare.mockRestore();
  const plan = database.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all('a');
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/^SEARCH u USING INDEX people_email /),
    expect.stringMatching(/^SEARCH p USING (?:INDEX|INTEGER PRIMARY KEY) /),
    expect.stringMatching(/^SEARCH t USING INDEX pwreset_tokens_(?:open|code) \(user_id=\?/),
  ]);
});

test('statements of the application keep their own setting of numbers', async () => {
  const database = new SqliteDatabase(':memory:');
  database.defaultSafeIntegers(true);
  const storage = openStorage({ database });
  await storage.commit([createUser(newUser())]);
  expect((await storage.findUserById(ann))?.createdAt).toBe(start);
  expect(database.prepare('select 1').pluck().get()).toBe(1n);
});
