import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyOf, bytes, createWorld, errorBody, jsonType, shown, unauthenticated, validationError } from './fixture.js';
import { posts } from './posts.js';

const paths = posts.map(([path]) => path);

test.each([
  ['/v1/user/1', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
  ['/v1/key/1', 'GET, HEAD, OPTIONS'],
])('%s allows %s', async (path, allow) => {
  const { call } = await createWorld();
  expect((await call('OPTIONS', path)).headers['Allow']).toBe(allow);
  const refused = await call('POST', path, {});
  expect([refused.status, refused.headers['Allow']]).toEqual([405, allow]);
});

test.each([
  '/',
  '',
  '*',
  '/v1',
  '/v1/user/',
  '/v1//user',
  '/V1/user',
  '/v1/us%65r',
  '/v1/user/1/2',
  '/v1/auth',
  '/__proto__',
  '/v1/user/../key',
])('there is no %j', async (path) => {
  const { call } = await createWorld();
  for (const method of ['GET', 'POST', 'OPTIONS']) {
    expect(shown(await call(method, path, {}))).toEqual(errorBody(404, 5, 'NotFound'));
  }
});

test('PATCH and the readers of one id follow the same rules', async () => {
  const world = await createWorld();
  const id = await world.createUser('ann@example.com');
  const before = world.kept();
  expect(
    shown(await world.call('PATCH', `/v1/user/${id}`, undefined, { headers: jsonType, body: bytes('{') })),
  ).toEqual(validationError);
  expect(shown(await world.call('PATCH', `/v1/user/${id}`, {}, { headers: {} }))).toEqual(
    errorBody(415, 3, 'ValidationError'),
  );
  expect(shown(await world.call('GET', `/v1/user/${id}`, undefined, { body: { kind: 'too_large' } }))).toEqual(
    errorBody(413, 3, 'ValidationError'),
  );
  expect(shown(await world.call('DELETE', `/v1/user/${id}`, undefined, { authorization: null }))).toEqual(
    errorBody(401, 16, 'KeyNotFound'),
  );
  // What a reader of nothing does not read cannot be wrong.
  expect(
    (
      await world.call('GET', `/v1/user/${id}`, undefined, {
        headers: { 'content-type': 'text/plain' },
        body: bytes('x'),
      })
    ).status,
  ).toBe(200);
  expect(world.kept()).toBe(before);
});

test('whatever comes is answered in the dialect’s shape and never as a fault', async () => {
  const world = await createWorld();
  const value = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.string());
  const authorization = fc.option(fc.string({ unit: 'binary', maxLength: 40 }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'LINK'),
      fc.oneof(fc.constantFrom(...paths), fc.webPath(), fc.string({ unit: 'binary' })),
      value,
      authorization,
      async (method, path, text, key) => {
        const answer = await world.call(method, path.replaceAll('?', ''), undefined, {
          authorization: key ?? world.service.key,
          headers: jsonType,
          body: bytes(text),
        });
        expect([400, 401, 404, 405]).toContain(answer.status);
        expect(bodyOf(answer)).toMatchObject({
          code: expect.any(Number),
          error: expect.any(String),
          message: expect.any(String),
        });
      },
    ),
    { numRuns: 300, seed: 1 },
  );
  expect(world.faults).toEqual([]);
});

test('a bad key says nothing of the body on any row', async () => {
  const world = await createWorld();
  for (const path of paths.filter((row) => row.startsWith('/v1/auth'))) {
    const refused = await world.post(path, undefined, {
      authorization: 'wrong',
      headers: { 'content-type': 'text/plain' },
      body: bytes('{'),
    });
    expect(shown(refused)).toEqual(unauthenticated);
  }
});
