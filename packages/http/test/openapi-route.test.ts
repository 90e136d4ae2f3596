import { createPwreset, type DirectoryPwreset } from '@pwreset/core';
import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { describe, expect, test } from 'vitest';
import { createHandler, type HandlerOptions, openApi, sso } from '../src/index.js';
import { toy } from './documented-toy.js';
import { bodyOf, bytes } from './fixture.js';

const about = { title: 'Toys', version: '1.0.0' } as const;

const pwreset = createPwreset({
  storage: memoryStorage(),
  hasher: testHasher(),
  mailer: memoryMailer(),
  secret: 'a secret of thirty-two bytes or more',
  delivery: 'manual',
});

describe('a handler', () => {
  const serving = (path: string, dialects: HandlerOptions<DirectoryPwreset>['dialects'] = [sso(), toy()]) =>
    createHandler({ pwreset, dialects, openApi: { path, ...about, servers: [{ url: 'https://app.example' }] } });
  const request = { query: '', headers: {}, body: bytes(''), ip: null } as const;

  test('serves the document of its own dialects, and nothing by default', async () => {
    const handle = serving('/docs/openapi.json');
    const answer = await handle({ ...request, method: 'GET', path: '/docs/openapi.json' });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
    });
    const expected = openApi({ dialects: [sso(), toy()], ...about, servers: [{ url: 'https://app.example' }] });
    expect(bodyOf(answer)).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(await handle({ ...request, method: 'HEAD', path: '/docs/openapi.json' })).toEqual({ ...answer, body: '' });
    const refused = await handle({ ...request, method: 'POST', path: '/docs/openapi.json' });
    expect([refused.status, refused.headers['Allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(['/docs/openapi.json', '/docs', '/openapi.json'].map(handle.owns)).toEqual([true, false, false]);
    const bare = createHandler({ pwreset, dialects: [sso()] });
    expect(bare.owns('/openapi.json')).toBe(false);
  });

  test.each(['/v1/user/openapi.json', '/.well-known/toys', 'openapi.json', '/', '/{id}', '/a?b', ''])(
    'cannot serve it at %j',
    (path) => {
      expect(() => serving(path)).toThrow(TypeError);
    },
  );

  test('may serve it where rows with other methods are', () => {
    expect(serving('/v1/user').owns('/v1/user')).toBe(true);
  });
});
