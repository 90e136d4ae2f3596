import { createPwreset } from '@pwreset/core';
import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { describe, expect, test } from 'vitest';
import { createHandler } from '../src/index.js';
import { declared } from './declared.js';
import { toy } from './documented-toy.js';
import { bytes } from './fixture.js';

const pwreset = createPwreset({
  storage: memoryStorage(),
  hasher: testHasher(),
  mailer: memoryMailer(),
  secret: 'a secret of thirty-two bytes or more',
  delivery: 'manual',
});

describe('the guard of the tests', () => {
  const handle = declared(createHandler({ pwreset, dialects: [toy()] }), [toy()]);
  const put = (query: string) =>
    handle({ method: 'PUT', path: '/toys/bear', query, headers: {}, body: bytes(''), ip: null });

  test('lets what is declared pass', async () => {
    expect((await put('key=k&size=1')).status).toBe(200);
    expect((await put('')).status).toBe(400);
  });

  test('stops a body that is not', async () => {
    await expect(put('key=k&size=wrong')).rejects.toThrow('toy.play 200: {"at":"never"}');
  });

  test('stops a status, a header and a media type that are not', async () => {
    const answering = (status: number, headers: Readonly<Record<string, string>>, body: string) => {
      const fake = Object.assign(async () => ({ status, headers, body }), { owns: () => true });
      return declared(fake, [toy()])({
        method: 'PUT',
        path: '/toys/bear',
        query: '',
        headers: {},
        body: bytes(''),
        ip: null,
      });
    };
    const good = '{"at":"2026-01-01T00:00:00.000Z"}';
    const json = { 'Content-Type': 'application/json; charset=utf-8' };
    await expect(answering(200, json, good)).resolves.toMatchObject({ status: 200 });
    await expect(answering(418, json, good)).rejects.toThrow('toy.play answered 418, which is not declared');
    await expect(answering(200, { ...json, Location: '/' }, good)).rejects.toThrow('toy.play');
    await expect(answering(200, { 'Content-Type': 'text/html' }, good)).rejects.toThrow('toy.play 200');
    await expect(answering(500, {}, 'why')).rejects.toThrow('toy.play 500');
  });
});
