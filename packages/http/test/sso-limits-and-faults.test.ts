import { StorageUnavailable } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { createWorld, errorBody, local, password, shown } from './fixture.js';
import { headers, nameOn, posts } from './posts.js';

const paths = posts.map(([path]) => path);

describe('limits and faults', () => {
  test.each(['login', 'reset-password', 'reset-password/confirm', 'update-password'])(
    '%s says when to come back over the limit of the service',
    async (name) => {
      const world = await createWorld({ core: { limits: { service: { capacity: 3, refillMs: 1_500 } } } });
      await world.createUser('ann@example.com');
      const token = await world.resetToken('ann@example.com');
      const path = `${local}/${name}`;
      const good = posts.find(([row]) => row === path)?.[1];
      const body = { ...good, ...(name.endsWith('confirm') && { token }) };
      // The reset for the token has asked once already.
      const left = name === 'reset-password' ? 2 : 3;
      for (let use = 1; use <= left; use += 1) {
        expect((await world.post(path, body, { ip: `192.0.2.${use}` })).status).not.toBe(429);
      }
      const before = world.kept();
      const refused = await world.post(path, body);
      expect(shown(refused)).toEqual(errorBody(429, 8, 'RedactedError'));
      expect(refused.headers).toEqual({ ...headers, 'Retry-After': '2' });
      expect(world.kept()).toBe(before);
    },
  );

  test('a flood of logins through a service keeps nobody from a mailed link (P9)', async () => {
    const world = await createWorld({ core: { limits: { service: { capacity: 3, refillMs: 60_000 } } } });
    await world.createUser('ann@example.com');
    for (let use = 1; use <= 9; use += 1) {
      await world.post(`${local}/login`, { email: `eve${use}@example.com`, password: 'a wrong password' });
    }
    const token = await world.resetToken('ann@example.com');
    const confirmed = await world.post(`${local}/reset-password/confirm`, { token, password: 'a brand new password' });
    expect(confirmed.status).toBe(200);
  });

  test('the client is counted only where it is said to be forwarded', async () => {
    const core = { limits: { ip: { capacity: 2, refillMs: 100 } } };
    const begin = async (clientForwarded: boolean) => {
      const world = await createWorld({ core, sso: { clientForwarded } });
      for (const email of ['ann@example.com', 'bob@example.com'])
        await world.post(`${local}/reset-password`, { email });
      return world.post(`${local}/reset-password`, { email: 'cy@example.com' });
    };
    expect((await begin(false)).status).toBe(200);
    const refused = await begin(true);
    expect([refused.status, refused.headers['Retry-After']]).toEqual([429, '1']);
  });

  test('too many hashes at once: 503 with Retry-After', async () => {
    const world = await createWorld({ core: { hashing: { concurrent: 1, queued: 0, retryAfterMs: 2_001 } } });
    const login = () => world.post(`${local}/login`, { email: 'ann@example.com', password });
    const answers = await Promise.all([login(), login(), login()]);
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    for (const answer of busy) {
      expect(shown(answer)).toEqual(errorBody(503, 14, 'RedactedError'));
      expect(answer.headers['Retry-After']).toBe('3');
    }
    expect(world.faults).toEqual([]);
  });

  test.each(paths)('%s: a storage that is away is told of, to the caller in the least of words', async (path) => {
    const world = await createWorld();
    const good = posts.find(([name]) => name === path)?.[1];
    world.storage.failNext();
    const refused = await world.post(path, good);
    expect(shown(refused)).toEqual(errorBody(503, 14, nameOn(path, 'Unavailable')));
    expect(world.faults).toEqual([
      {
        dialect: 'sso',
        method: 'POST',
        path,
        error: expect.any(StorageUnavailable),
        fault: {
          name: 'StorageUnavailable',
          code: 'unavailable',
          message: 'the storage is unavailable; nothing was changed',
        },
      },
    ]);
  });

  test('any other fault is a 500 without its words, and spends nothing (P3)', async () => {
    const world = await createWorld();
    await world.createUser('ann@example.com');
    world.hasher.failNext(new TypeError('secret of ann@example.com'), 2);
    const created = await world.post('/v1/user', { name: 'Bob', email: 'bob@example.com', password });
    expect(shown(created)).toEqual(errorBody(500, 13, 'InternalError'));
    const token = await world.resetToken('ann@example.com');
    const confirmed = await world.post(`${local}/reset-password/confirm`, { token, password });
    expect(shown(confirmed)).toEqual(errorBody(500, 13, 'RedactedError'));
    expect(confirmed.headers).toEqual(headers);
    expect(confirmed.body + created.body).not.toContain('secret');
    expect(world.faults.map(({ path, fault }) => [path, fault.message])).toEqual([
      ['/v1/user', 'secret of a***@***.com'],
      [`${local}/reset-password/confirm`, 'secret of a***@***.com'],
    ]);
    expect((await world.post(`${local}/reset-password/confirm`, { token, password })).status).toBe(200);
  });
});
