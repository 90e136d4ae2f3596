import { describe, expect, test } from 'vitest';
import { comparableAddress } from '../src/address.js';
import { checkCommit, concernedUsers, isGuard } from '../src/commit-check.js';
import { attemptId, jobId, keyId, serviceId, tokenId, userId } from '../src/ids.js';
import type { Limit } from '../src/limits.js';
import * as steps from '../src/steps.js';
import { job, service, start, token, user } from './fixtures.js';

const now = start;
const [ann, bob] = [userId('ann'), userId('bob')];
const attempt = attemptId('attempt-1');
const limit: Limit = { name: 'ip', key: 'k', capacity: 1, refillMs: 1, now };
const { attempt: _, ...newJob } = job();

const guards: readonly steps.Guard[] = [
  steps.useToken(tokenId('used'), { now, attempt }),
  steps.requireCredential(user({ id: ann })),
  steps.requireEnabled(ann),
  steps.holdJob(jobId('held'), 1),
];

const newUser = (id = bob): steps.NewUser => {
  const { credential: _, updatedAt: __, ...columns } = user({ id });
  return { ...columns, address: comparableAddress(columns.email) ?? expect.fail(), stored: null, createdAt: now };
};

const newKey = (id: string, owner: typeof ann | null): steps.NewKey => ({
  id: keyId(id),
  type: 'KEY',
  name: '',
  serviceId: serviceId('s'),
  userId: owner,
  enabled: true,
  revoked: false,
  createdAt: now,
  updatedAt: now,
  digest: id,
});

const newService = { ...service, resetUrls: [], id: serviceId('s'), enabled: true, createdAt: now, updatedAt: now };
const entry = {
  id: attempt,
  event: 'user_patched',
  at: now,
  userId: ann,
  serviceId: null,
  ip: null,
  userAgent: null,
} as const;

const effects: readonly steps.Effect[] = [
  steps.setPassword(ann, 'hash', now),
  steps.invalidatePassword(ann, now),
  steps.disableUser(ann, now),
  steps.enableUser(ann, now),
  steps.revokeKeys(ann, now),
  steps.closeTokens(ann, ['reset', 'revoke'], now),
  steps.issueToken(token({ userId: ann })),
  steps.clearLimit('k'),
  steps.enqueue({ ...newJob, uniqueKey: 'u' }),
  steps.finishJob(jobId('held'), now),
  steps.renewJob(jobId('held'), now),
  steps.retryJob(jobId('held'), now),
  steps.buryJob(jobId('held'), now),
  steps.record(entry),
  steps.createUser(newUser()),
  steps.patchUser(ann, { name: 'A', locale: 'de' }, now),
  steps.deleteUser(ann),
  steps.createKey(newKey('key-1', ann)),
  steps.createService(newService),
];

describe('guards come first (clause 1)', () => {
  test('four steps are guards, the others are effects', () => {
    expect(guards.every(isGuard)).toBe(true);
    expect(effects.some(isGuard)).toBe(false);
    expect(new Set([...guards, ...effects].map(({ type }) => type)).size).toBe(23);
  });

  test.each(guards.map((guard) => [guard.type, guard] as const))('%s after an effect is a TypeError', (_, guard) => {
    expect(() => checkCommit([guard, steps.clearLimit('k')])).not.toThrow();
    expect(() => checkCommit([steps.clearLimit('k'), guard])).toThrow(TypeError);
    expect(() => checkCommit([...guards.filter((other) => other !== guard), steps.clearLimit('k'), guard])).toThrow(
      `step 4 (${guard.type}) follows an effect`,
    );
  });

  test('a list may be empty, or guards only', () => {
    expect(() => checkCommit([])).not.toThrow();
    expect(() => checkCommit(guards)).not.toThrow();
  });
});

describe('one code is open at most (clause 4)', () => {
  const code = (id: string, userId = ann) => token({ id: tokenId(id), purpose: 'reset_code', userId });
  const closing = (user = ann) => steps.closeTokens(user, ['reset_code'], now);

  test('a list that issues a code closes the one before it, in whichever order', () => {
    for (const list of [
      [closing(), steps.issueToken(code('a'))],
      [steps.issueToken(code('a')), steps.closeTokens(ann, ['reset', 'reset_code', 'revoke'], now)],
      [closing(), steps.issueToken(code('a')), closing(bob), steps.issueToken(code('b', bob))],
      [closing(), steps.issueToken(code('a')), steps.issueToken(token({ userId: ann }))],
    ]) {
      expect(() => checkCommit(list)).not.toThrow();
    }
  });

  test('issuing one without closing is a TypeError, and so is closing what is not the code of this user', () => {
    const message = 'closes the open one of ann';
    const issue = steps.issueToken(code('a'));
    expect(() => checkCommit([issue])).toThrow(new TypeError('a list that issues a code closes the open one of ann'));
    expect(() => checkCommit([closing(bob), issue])).toThrow(message);
    expect(() => checkCommit([steps.closeTokens(ann, ['reset', 'revoke'], now), issue])).toThrow(message);
  });

  test('two for one user are a TypeError', () => {
    const list = [closing(), steps.issueToken(code('a')), steps.issueToken(code('b'))];
    expect(() => checkCommit(list)).toThrow('issue a code to one user');
  });

  test('links need no closing', () => {
    for (const purpose of ['reset', 'revoke'] as const)
      expect(() => checkCommit([steps.issueToken(token({ userId: ann, purpose }))])).not.toThrow();
  });
});

describe('no two steps write the same thing (clause 4)', () => {
  test.each(effects.map((effect) => [effect.type, effect] as const))('%s twice is a TypeError', (_, effect) => {
    expect(() => checkCommit([effect])).not.toThrow();
    expect(() => checkCommit([effect, effect])).toThrow(TypeError);
  });

  const other = token({ id: tokenId('used'), userId: ann });
  const conflicts: readonly (readonly [string, steps.Step, steps.Step])[] = [
    ['a token used twice', steps.useToken(other.id, { now, attempt }), steps.useToken(other.id, { now, attempt })],
    ['a token used and issued', steps.useToken(other.id, { now, attempt }), steps.issueToken(other)],
    ['a password set and invalidated', steps.setPassword(ann, 'x', now), steps.invalidatePassword(ann, now)],
    [
      'a flag cleared and set',
      steps.setPassword(ann, 'x', now),
      steps.patchUser(ann, { passwordRequireUpdate: true }, now),
    ],
    ['enabled and disabled', steps.enableUser(ann, now), steps.disableUser(ann, now)],
    ['a column patched twice', steps.patchUser(ann, { name: 'A' }, now), steps.patchUser(ann, { name: 'B' }, now)],
    [
      'a purpose closed twice',
      steps.closeTokens(ann, ['reset'], now),
      steps.closeTokens(ann, ['revoke', 'reset'], now),
    ],
    ['a job ended twice', steps.finishJob(jobId('1'), now), steps.buryJob(jobId('1'), now)],
    ['a job renewed and ended', steps.renewJob(jobId('1'), now), steps.finishJob(jobId('1'), now)],
    ['a job queued and ended', steps.enqueue({ ...newJob, id: jobId('1') }), steps.retryJob(jobId('1'), now)],
    [
      'two jobs of which only one can be pending',
      steps.enqueue({ ...newJob, id: jobId('1'), uniqueKey: 'u' }),
      steps.enqueue({ ...newJob, id: jobId('2'), uniqueKey: 'u' }),
    ],
    ['deleted and disabled', steps.deleteUser(ann), steps.disableUser(ann, now)],
    ['deleted and patched', steps.deleteUser(ann), steps.patchUser(ann, { timezone: 'Etc/UTC' }, now)],
    ['deleted and given a password', steps.deleteUser(ann), steps.setPassword(ann, 'x', now)],
    ['created and given a password', steps.createUser(newUser(ann)), steps.setPassword(ann, 'x', now)],
    ['created and deleted', steps.createUser(newUser(ann)), steps.deleteUser(ann)],
  ];

  test.each(conflicts)('%s is a TypeError, in either order', (_, one, two) => {
    expect(() => checkCommit([one, two])).toThrow(/^two steps of one commit write the /);
    if (!isGuard(one)) expect(() => checkCommit([two, one])).toThrow(TypeError);
  });

  test.each([
    ['of different users', [steps.setPassword(ann, 'x', now), steps.setPassword(bob, 'x', now)]],
    ['of different columns', [steps.patchUser(ann, { name: 'A' }, now), steps.patchUser(ann, { locale: 'de' }, now)]],
    ['of different purposes', [steps.closeTokens(ann, ['reset'], now), steps.closeTokens(ann, ['revoke'], now)]],
    ['of different limits', [steps.clearLimit('a'), steps.clearLimit('b')]],
    ['jobs without a key', [steps.enqueue(newJob), steps.enqueue({ ...newJob, id: jobId('2') })]],
    ['keys of one user', [steps.createKey(newKey('a', ann)), steps.createKey(newKey('b', ann))]],
    ['disabled, with a password that stops working', [steps.disableUser(ann, now), steps.invalidatePassword(ann, now)]],
    [
      'a confirm',
      [
        ...guards,
        steps.setPassword(ann, 'x', now),
        steps.closeTokens(ann, ['reset', 'reset_code'], now),
        steps.issueToken(token({ userId: ann })),
        steps.enqueue(newJob),
        steps.record(entry),
      ],
    ],
  ])('%s is a list', (_, list) => {
    expect(() => checkCommit(list)).not.toThrow();
  });
});

describe('limits (clause 8)', () => {
  test('go with effects, not with guards', () => {
    expect(() => checkCommit([steps.clearLimit('other')], [limit])).not.toThrow();
    expect(() => checkCommit([], [limit])).not.toThrow();
    for (const guard of guards) {
      expect(() => checkCommit([guard], [limit])).toThrow(new TypeError('a list with guards carries no limits'));
    }
  });

  test('are checked', () => {
    expect(() => checkCommit([], [{ ...limit, capacity: 0 }])).toThrow(TypeError);
  });
});

describe('concernedUsers (clause 2)', () => {
  test('every list that concerns a user names that user', () => {
    const concerning = [...guards, ...effects].filter((step) => concernedUsers([step]).length > 0);
    expect(concerning.map(({ type }) => type).toSorted()).toEqual(
      [
        'requireCredential',
        'requireEnabled',
        'setPassword',
        'invalidatePassword',
        'disableUser',
        'enableUser',
        'revokeKeys',
        'closeTokens',
        'issueToken',
        'patchUser',
        'deleteUser',
        'createKey',
      ].sort(),
    );
    for (const step of concerning) expect(concernedUsers([step])).toEqual(['ann']);
  });

  test('several users come in one order, each once', () => {
    const list = [bob, ann, userId('Zoe'), bob].map((id) => steps.requireEnabled(id));
    expect(concernedUsers(list)).toEqual(['Zoe', 'ann', 'bob']);
    expect(concernedUsers(list.toReversed())).toEqual(concernedUsers(list));
  });

  test("a service's own key concerns nobody", () => {
    expect(concernedUsers([steps.createKey(newKey('k', null))])).toEqual([]);
  });
});
