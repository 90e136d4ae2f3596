import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StorageUnavailable } from '@pwreset/core';
import { argon2id } from '@pwreset/hashers';
import { ssoLinks } from '@pwreset/http';
import { sqliteStorage } from '@pwreset/sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startDemo } from '../src/demo.js';
import { takePort } from '../src/door.js';
import { serviceState } from '../src/first-start.js';
import { readKept } from '../src/kept-state.js';
import { openMailbox } from '../src/mailbox.js';
import { sqliteAt } from '../src/settings.js';
import { startMain } from './main-child.js';
import { call, freshDatabase, freshDemo, linkIn, localUrl, settingsOf } from './support.js';

// Processes take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const begin = '/v1/auth/provider/local/reset-password';

test('two first starts at once share the secret, the service and its key', async () => {
  const database = freshDatabase();
  const mailbox = await openMailbox();
  onTestFinished(() => mailbox.close());
  const settings = settingsOf(sqliteAt(database));
  const [one, other] = await Promise.all([1, 2].map(() => startDemo(settings, { smtpPort: mailbox.port })));
  if (one === undefined || other === undefined) throw new Error('two were started');
  onTestFinished(() => one.close());
  onTestFinished(() => other.close());
  expect(other).toMatchObject({ serviceId: one.serviceId, serviceKey: one.serviceKey });
  expect(readKept(`${database}.secrets.json`)?.service).toEqual({ id: one.serviceId, key: one.serviceKey });

  await call(
    one,
    'POST',
    '/v1/user',
    '{"name":"Ann","email":"ann@example.com","password":"the old password","password_allow_reset":true}',
  );
  for (const [index, [from, to]] of [
    [one, other],
    [other, one],
  ].entries()) {
    if (from === undefined || to === undefined) throw new Error('two were started');
    await call(from, 'POST', begin, '{"email":"ann@example.com"}');
    await expect.poll(() => mailbox.mails.filter(({ subject }) => subject.endsWith('Request')).length).toBe(index + 1);
    const mail = mailbox.mails.findLast(({ subject }) => subject.endsWith('Request'));
    const token = linkIn(mail).searchParams.get('token');
    const confirmation = JSON.stringify({ token, password: `a brand new password ${index}` });
    expect((await call(to, 'POST', `${begin}/confirm`, confirmation)).status).toBe(200);
  }
});

test('two processes that start at once do too, and keep their files to their owner', async () => {
  const database = freshDatabase();
  const mains = [1, 2].map(() => startMain({ PWRESET_DB: database }));
  const [one, other] = await Promise.all(mains.map(({ line }) => line));
  expect(other).toMatchObject({ serviceId: one?.serviceId, serviceKey: one?.serviceKey });
  const files = readdirSync(dirname(database));
  expect(files).toContain('demo.db.secrets.json');
  for (const file of files) expect([file, statSync(`${dirname(database)}/${file}`).mode & 0o077]).toEqual([file, 0]);
  for (const { child } of mains) child.kill('SIGTERM');
  for (const { ended } of mains) expect((await ended).code).toBe(0);
});

test('a second start goes on with the same service and key; without its database it makes others and keeps them', async () => {
  const database = freshDatabase();
  const first = await freshDemo(database);
  await first.close();
  const second = await freshDemo(database);
  expect(second).toMatchObject({ serviceId: first.serviceId, serviceKey: first.serviceKey });
  await second.close();
  rmSync(database);
  const third = await freshDemo(database);
  expect(third.serviceId).not.toBe(first.serviceId);
  expect((await call(third, 'POST', begin, '{"email":"ann@example.com"}')).status).toBe(200);
  await third.close();
  expect(await freshDemo(database)).toMatchObject({ serviceId: third.serviceId, serviceKey: third.serviceKey });
});

test('a start that is refused gives its port back', async () => {
  const door = await takePort(0);
  const port = Number(new URL(door.url).port);
  await door.close({ graceMs: 0 });
  const settings = { ...settingsOf(sqliteAt('/dev/null/demo.db')), port };
  await expect(startDemo(settings)).rejects.toThrow(/^PWRESET_DB /);
  const again = await takePort(port);
  await again.close({ graceMs: 0 });
});

test('a database that is away is no reason to create another service', async () => {
  const database = freshDatabase();
  await (await freshDemo(database)).close();
  const secretsFile = `${database}.secrets.json`;
  const before = readFileSync(secretsFile, 'utf8');
  const storage = sqliteStorage({ database });
  onTestFinished(() => storage.close());
  const away = { ...storage, findKeyByDigest: () => Promise.reject(new StorageUnavailable()) };
  const parts = { storage: away, hasher: argon2id(), mailer: { send: () => Promise.resolve() } };
  const service = { name: 'Demo', url: 'http://127.0.0.1', links: ssoLinks(localUrl) };
  const state = serviceState({ parts, secretsFile, kept: readKept(secretsFile), service });
  await expect(state).rejects.toThrow(StorageUnavailable);
  expect(readFileSync(secretsFile, 'utf8')).toBe(before);
});
