import {
  attemptId,
  closeTokens,
  comparableAddress,
  createUser,
  defaultRealm,
  enqueue,
  finishJob,
  issueToken,
  jobId,
  record,
  requireEnabled,
  type Step,
  secretId,
  serviceId,
  setPassword,
  tokenId,
  userId,
  useToken,
} from '@pwreset/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { postgresDialect, type SqlDialect, sqliteDialect } from '../src/dialect.js';
import { planCommit } from '../src/plan.js';
import { createStatements } from '../src/statements.js';

const now = 1000;
const [ann, bob] = [userId('ann'), userId('bob')];
const use = (id: string) => useToken(tokenId(id), { now, attempt: attemptId('attempt') });

const token = {
  id: tokenId('issued'),
  purpose: 'revoke',
  userId: ann,
  serviceId: serviceId('s'),
  secretId: secretId('k'),
  fingerprint: 'f',
  issuedAt: now,
  expiresAt: now + 1,
} as const;

const effects: readonly Step[] = [
  setPassword(ann, '$hash', now),
  closeTokens(ann, ['reset', 'reset_code', 'revoke'], now),
  issueToken(token),
  finishJob(jobId('done'), now),
  enqueue({
    id: jobId('next'),
    kind: 'notice',
    uniqueKey: 'u',
    address: 'a',
    payload: '{}',
    createdAt: 1,
    dueAt: 1,
    expiresAt: 2,
  }),
  record({
    id: attemptId('attempt'),
    event: 'password_reset',
    at: now,
    userId: ann,
    serviceId: null,
    ip: null,
    userAgent: null,
  }),
];

const plan = (steps: readonly Step[], dialect: SqlDialect = sqliteDialect()) =>
  planCommit(createStatements(dialect), dialect, steps, []);

test('tokens are used before others are closed, and issued after; a job ends before another is queued', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...effects], { minLength: effects.length }), (shuffled) => {
      const texts = plan([use('used'), ...shuffled]).effects.map(({ query }) => query.sql);
      const place = (pattern: RegExp) => texts.findIndex((sql) => pattern.test(sql));
      expect(place(/"used_at" = \+\?/)).toBeLessThan(place(/"closed_at" = \+\?/));
      expect(place(/"closed_at" = \+\?/)).toBeLessThan(place(/insert into "pwreset_tokens"/));
      expect(place(/"state" = 'done'/)).toBeLessThan(place(/insert into "pwreset_jobs"/));
      expect(place(/"used_at" = \+\?/)).toBeGreaterThanOrEqual(0);
      expect(texts).toHaveLength(effects.length + 1);
    }),
  );
});

const address = comparableAddress('b@example.com');
if (address === null) throw new TypeError('the sample is no address');

test('an effect and a guard keep their places in the list, whatever order they run in', () => {
  const user = {
    id: bob,
    realm: defaultRealm,
    email: 'b@example.com',
    address,
    enabled: true,
    name: '',
    locale: 'en',
    timezone: 'Etc/UTC',
    stored: null,
    passwordAllowReset: false,
    passwordRequireUpdate: false,
    createdAt: now,
  };
  const { guards, effects: planned } = plan([requireEnabled(ann), use('t'), ...effects, createUser(user)]);
  expect(guards.map(({ index }) => index)).toEqual([0, 1]);
  const unusual = planned.filter(({ unwritten }) => unwritten !== 'nothing');
  expect(unusual.map(({ index, unwritten }) => [index, unwritten])).toEqual([
    [7, 'attempt_taken'],
    // A guard has found this user: their row has to be written.
    [2, 'refused'],
    [8, 'conflict'],
  ]);
});

test('a guard on what no row can hold has no query', () => {
  expect(plan([use('a\u0000'), requireEnabled(userId('\ud800'))]).guards).toEqual([
    { index: 0, query: null },
    { index: 1, query: null },
  ]);
});

test('closing the tokens of no purpose writes nothing', () => {
  expect(plan([closeTokens(ann, [], now)]).effects).toEqual([]);
});

test('a dialect with row locks locks users first, in one order, and then what the guards read', () => {
  const steps = [use('t'), requireEnabled(bob), closeTokens(ann, ['reset'], now)];
  const { locks, guards } = plan(steps, postgresDialect());
  expect(locks.map(({ sql, values }) => [sql, values])).toEqual([
    ['select 1 as holds from "pwreset_users" as u where "u"."id" = $1 for update', ['ann']],
    ['select 1 as holds from "pwreset_users" as u where "u"."id" = $1 for update', ['bob']],
  ]);
  // What the users' rows hold is locked by then.
  expect(guards.map(({ query }) => / for update$/.test(query?.sql ?? ''))).toEqual([true, false]);
  const { jobs, limits } = createStatements(postgresDialect());
  expect(jobs.claim({ now, lease_until: now, limit: 1 }, ['begin'])?.sql).toContain(
    'limit $4 for update skip locked))',
  );
  const charge = { key: 'k', now, refill_ms: 1, unbelievable: 1, ceiling: 1, first: 1 };
  expect(limits.charge(charge).sql).toContain('else greatest("pwreset_limits"."arrival", $5) end + $6');
  expect(plan(steps).locks).toEqual([]);
});
