import { createPwreset, type Pwreset, type Storage, StorageUnavailable, serviceId } from '@pwreset/core';
import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { expect, test } from 'vitest';
import { serviceOfKey } from '../src/service-key.js';
import { createWorld } from './service-fixture.js';

test('the application is asked first, and only about what can be a key', async () => {
  const { pwreset, key } = await createWorld();
  const asked: string[] = [];
  const serviceOf = async (value: string) => {
    asked.push(value);
    return value === 'own' ? serviceId('s') : null;
  };
  const longest = 'x'.repeat(1_000);
  const keys = ['own', key, '', longest, `${longest}x`];
  const found = await Promise.all(keys.map((value) => serviceOfKey(pwreset, value, serviceOf)));
  expect(found).toEqual(['s', null, null, null, null]);
  expect(asked).toEqual(['own', key, longest]);
});

test('else the Directory knows', async () => {
  const { pwreset, storage, key, caller } = await createWorld();
  expect(await serviceOfKey(pwreset, key, undefined)).toBe(caller.id);
  expect(await serviceOfKey(pwreset, `${key}x`, undefined)).toBeNull();
  storage.failNext('findKeyByDigest');
  await expect(serviceOfKey(pwreset, key, undefined)).rejects.toThrow(StorageUnavailable);
});

test('without either nobody has a key', async () => {
  const { findService: _, ...plain } = memoryStorage();
  const storage: Storage = plain;
  const link = 'https://a.example/#{{token}}';
  const links = { reset: link, resetNotice: link, updateNotice: link, emailChangeNotice: link };
  const pwreset: Pwreset = createPwreset({
    storage,
    hasher: testHasher(),
    mailer: memoryMailer(),
    secret: 'a secret of thirty-two bytes or more',
    delivery: 'manual',
    service: { name: 'A', url: 'https://a.example', links },
  });
  expect(await serviceOfKey(pwreset, 'any', undefined)).toBeNull();
});
