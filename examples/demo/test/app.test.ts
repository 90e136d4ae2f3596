import { once } from 'node:events';
import { createServer } from 'node:http';
import { createPwreset, serviceId } from '@pwreset/core';
import { argon2id } from '@pwreset/hashers';
import { ssoLinks } from '@pwreset/http';
import { sqliteStorage } from '@pwreset/sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { demoApp } from '../src/app.js';
import { demoHandler } from '../src/dialects.js';
import { freshDemo } from './support.js';
import { wire } from './wire.js';

const json = 'application/json; charset=utf-8';

test('unknown routes get a 404 in the dialect’s shape', async () => {
  const demo = await freshDemo();
  const targets = [
    '/v1',
    '/v1/nope',
    '/v1/user/%ff',
    '//v1/user/x',
    '/nope',
    '/%',
    '/mailbox/x',
    '*',
    'http://[',
    'x://y',
  ];
  for (const target of [...targets, `${demo.url}/v1/nope`]) {
    const { status, type, body } = await wire(demo, target);
    expect([target, status, type, body]).toEqual([
      target,
      404,
      json,
      '{"error":"NotFound","code":5,"message":"NotFound"}',
    ]);
  }
  expect((await wire(demo, '/mailbox', { method: 'POST' })).status).toBe(404);
  expect((await wire(demo, `${demo.url}/v1/user/1?x`)).status).toBe(401);
});

test('a fault is told to the operator, and to the client only as a 500', async () => {
  const storage = sqliteStorage({ database: ':memory:', migrate: true });
  const pwreset = createPwreset({
    storage,
    hasher: argon2id(),
    mailer: { send: () => Promise.resolve() },
    secret: 'a secret of thirty-two bytes or more',
    delivery: 'manual',
    service: { name: 'Demo', url: 'http://127.0.0.1', links: ssoLinks('http://127.0.0.1/account') },
  });
  const broken = {
    get mails(): never {
      throw new Error('the cupboard is bare');
    },
  };
  const url = 'http://127.0.0.1';
  const handler = demoHandler(pwreset, { url, service: serviceId('none') });
  const server = createServer(demoApp(handler, { framework: 'express', mailbox: broken, url }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await pwreset.close();
    storage.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => told.mockRestore());

  for (const path of ['/mailbox', '/mailbox.json']) {
    const answer = await wire({ url: `http://127.0.0.1:${address.port}` }, path);
    expect(answer).toEqual({
      status: 500,
      type: json,
      body: '{"error":"InternalError","code":13,"message":"InternalError"}',
    });
  }
  expect(told.mock.calls.map(([line]) => line)).toEqual(
    Array.from({ length: 2 }, () => 'pwreset demo: Error: the cupboard is bare\n'),
  );
});
