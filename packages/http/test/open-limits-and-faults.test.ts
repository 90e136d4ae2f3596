import { StorageUnavailable } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import {
  ann,
  begin,
  confirmCode,
  createOpenWorld,
  newPassword,
  ownPassword,
  password,
  requestCode,
  reset,
  resetPasswordUrl,
  shownOf,
  signedIn,
} from './open-fixture.js';

const twoByIp = { limits: { ip: { capacity: 2, refillMs: 1_500 } } };
const shown = ({
  status,
  headers,
}: {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}) => [
  status,
  headers['Retry-After'],
  headers['X-RateLimit-Remaining'],
  headers['X-RateLimit-Retry-After'],
  headers['X-RateLimit-Limit'],
];

describe('limits', () => {
  test('of a client are told as the original tells them, and as everyone does', async () => {
    const world = await createOpenWorld({ core: twoByIp });
    for (const email of [ann, 'bob@example.com']) expect((await world.post(begin, { email })).status).toBe(200);
    const before = world.kept();
    const refused = await world.post(begin, { email: 'cy@example.com' });
    expect(refused.body).toBe('{"message":"Too many requests. Please try again later."}');
    expect(shown(refused)).toEqual([429, '2', '0', '2', '2']);
    expect(world.kept()).toBe(before);
    await world.clock.advance(1_500);
    expect((await world.post(begin, { email: 'cy@example.com' })).status).toBe(200);
  });

  test('are one for dialects side by side, by what is done', async () => {
    const world = await createOpenWorld({ core: twoByIp });
    await world.createUser();
    await world.post(begin, { email: ann });
    await world.post(requestCode, { email: ann, resetPasswordUrl });
    const refused = await world.post(requestCode, { email: 'bob@example.com', resetPasswordUrl });
    expect(refused.body).toBe('{"code":"too_many_requests","message":"Too many requests; try again later."}');
    expect(shown(refused)).toEqual([429, '2', undefined, undefined, undefined]);
    expect((await world.post(begin, { email: 'bob@example.com' })).status).toBe(429);
    expect((await world.post(begin, { email: 'bob@example.com' }, { ip: '198.51.100.1' })).status).toBe(200);

    // Tokens are counted apart, so a flood of requests keeps nobody from a mailed link.
    await world.pwreset.idle();
    const [security, iam] = [world.mailedToken('reset'), world.mailedToken('reset_code')];
    const byCode = { email: ann, verificationCode: iam, newPassword };
    expect((await world.put(confirmCode, byCode)).status).toBe(200);
    expect((await world.post(reset, { token: security, password })).status).toBe(400);
    expect((await world.post(reset, { token: security, password })).status).toBe(429);
    expect((await world.put(confirmCode, byCode)).status).toBe(429);
  });
});

describe('faults', () => {
  test('a storage that is away is told of, to the caller in the least of words', async () => {
    const world = await createOpenWorld();
    const rows = [
      ['security', 'POST', begin, { email: ann }, undefined],
      ['iam', 'POST', requestCode, { email: ann, resetPasswordUrl }, 'unavailable'],
      ['iam', 'PUT', confirmCode, { email: ann, verificationCode: 'K7QM2X9D', newPassword }, 'unavailable'],
    ] as const;
    for (const [dialect, method, path, good, code] of rows) {
      world.storage.failNext();
      const refused = shownOf(await world.call(method, path, good));
      expect(refused).toEqual({
        status: 503,
        json: code === undefined ? { message: expect.any(String) } : { code, message: expect.any(String) },
      });
      expect(world.faults.splice(0)).toMatchObject([{ dialect, method, path, error: expect.any(StorageUnavailable) }]);
    }
  });

  test('any other is a 500 without its words, and spends neither token nor code (P3)', async () => {
    const world = await createOpenWorld();
    const { id } = await world.createUser();
    const token = await world.resetToken();
    const { code } = await world.mailedCode();
    world.hasher.failNext(new TypeError('secret of ann@example.com'), 3);
    const byCode = { email: ann, verificationCode: code, newPassword };
    const own = { currentPassword: password, newPassword };
    const iamFault = { code: 'internal_error', message: 'Something went wrong; try again later.' };
    expect(shownOf(await world.post(reset, { token, password: newPassword }))).toEqual({
      status: 500,
      json: { message: 'Something went wrong. Please try again later.' },
    });
    expect(shownOf(await world.put(confirmCode, byCode))).toEqual({ status: 500, json: iamFault });
    expect(shownOf(await world.put(ownPassword(id), own, { headers: signedIn(id) }))).toEqual({
      status: 500,
      json: iamFault,
    });
    expect(world.faults.map(({ fault }) => fault.message)).toEqual(Array(3).fill('secret of a***@***.com'));
    expect((await world.put(confirmCode, byCode)).status).toBe(200);
  });

  test('too many hashes at once: 503 with Retry-After', async () => {
    const world = await createOpenWorld({ core: { hashing: { concurrent: 1, queued: 0, retryAfterMs: 2_001 } } });
    const tokens: string[] = [];
    for (const email of ['ann1@example.com', 'ann2@example.com', 'ann3@example.com']) {
      await world.createUser(email);
      tokens.push(await world.resetToken(email));
    }
    const answers = await Promise.all(tokens.map((token) => world.post(reset, { token, password: newPassword })));
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    for (const { body, headers } of busy) {
      expect([body, headers['Retry-After']]).toEqual([
        '{"message":"The server is busy. Please try again later."}',
        '3',
      ]);
    }
    expect(world.faults).toEqual([]);
  });

  test.each([
    ['/security/reset-password', { message: 'There is nothing here.' }],
    ['/security/reset-password/begin/', { message: 'There is nothing here.' }],
  ])('%s is nowhere', async (path, json) => {
    const world = await createOpenWorld();
    expect(shownOf(await world.post(path, { email: ann }))).toEqual({ status: 404, json });
  });
});

test('32 resets with one token at once: one succeeds, and costs one hash (P3)', async () => {
  const world = await createOpenWorld();
  await world.createUser();
  const token = await world.resetToken();
  const before = world.hasher.hashed;
  const answers = await Promise.all(
    Array.from({ length: 32 }, () => world.post(reset, { token, password: newPassword })),
  );
  expect(answers.filter(({ status }) => status === 200).length).toBe(1);
  expect(answers.filter(({ status }) => status === 400).length).toBe(31);
  expect(world.hasher.hashed - before).toBe(1);
});
