import { createKey, createService, keyId, serviceId, userId as userIdOf } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { ssoLinks } from '../src/index.js';
import { email } from './ann.js';
import { createWorld, errorBody, local, localUrl, password, shown, unauthenticated } from './fixture.js';

describe('the calling service (P10, P12)', () => {
  test.each(['KEY', 'key KEY', 'KEY KEY', 'Bearer KEY', 'bearer   KEY', ' KEY '])('may say %j', async (text) => {
    const world = await createWorld();
    // The scheme is the first word of two; the key is the last.
    const authorization = text.replace(/KEY(?=\s*$)/, world.service.key);
    const answer = await world.post(`${local}/reset-password`, { email }, { authorization });
    expect(answer.status).toBe(200);
  });

  test.each([
    null,
    '',
    'key',
    'wrong',
    'Bearer wrong',
    'Basic KEY',
    'KEY KEY KEY',
    'x'.repeat(2_000),
    'KEY,KEY',
    'KEÝ',
  ])('may not say %j, and hears nothing of its body', async (text) => {
    const world = await createWorld();
    const authorization = text?.replaceAll('KEY', world.service.key) ?? null;
    for (const body of [{ email }, { email: 1 }, undefined]) {
      const refused = await world.post(`${local}/reset-password`, body, { authorization });
      expect(shown(refused)).toEqual(unauthenticated);
      expect(refused.headers['WWW-Authenticate']).toBe('Bearer realm="pwreset"');
    }
    const named = await world.call('GET', '/v1/user/1', undefined, { authorization });
    expect(shown(named)).toEqual(errorBody(401, 16, 'KeyNotFound'));
    expect(world.hasher.verified).toBe(0);
    await world.pwreset.idle();
    expect(world.mailer.mails).toEqual([]);
  });

  test('is not known by the key of a user, a disabled key or the key of a disabled service', async () => {
    const world = await createWorld();
    const id = await world.createUser(email);
    const make = { service: serviceId(world.service.id), type: 'KEY', name: 'key' } as const;
    const { value: userKey } = await world.pwreset.keys.create({ ...make, userId: userIdOf(id) });
    const { value: disabledKey } = await world.pwreset.keys.create({ ...make, enabled: false });
    const at = { createdAt: 0, updatedAt: 0 };
    const disabled = serviceId('disabled');
    const digest = '2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90';
    await world.storage.commit([
      createService({
        id: disabled,
        name: 'Disabled',
        url: 'https://app.example',
        links: ssoLinks(localUrl),
        resetUrls: [],
        enabled: false,
        ...at,
      }),
      createKey({
        id: keyId('k'),
        type: 'KEY',
        name: 'k',
        serviceId: disabled,
        userId: null,
        enabled: true,
        revoked: false,
        digest,
        ...at,
      }),
    ]);
    for (const authorization of [userKey, disabledKey, 'alice']) {
      const refused = await world.post(`${local}/login`, { email, password }, { authorization });
      expect(shown(refused)).toEqual(unauthenticated);
    }
  });
});
