import { describe, expect, test } from 'vitest';
import { bodyOf, bytes, jsonType } from './fixture.js';
import {
  ann,
  badInput,
  begin,
  confirmCode,
  createOpenWorld,
  newPassword,
  ownPassword,
  password,
  requestCode,
  reset,
  resetPasswordUrl,
  revoke,
  rulesBroken,
  shownOf,
  signedIn,
} from './open-fixture.js';

const security = {
  malformed: rulesBroken({}),
  mediaType: { message: 'The request must be JSON in UTF-8.' },
  tooLarge: { message: 'The request is too large.' },
  method: { message: 'The method is not allowed here.' },
} as const;
const iam = {
  malformed: badInput(),
  mediaType: { code: 'unsupported_media_type', message: 'The body must be JSON in UTF-8.' },
  tooLarge: { code: 'too_large', message: 'The body is too large.' },
  method: { code: 'method_not_allowed', message: 'The method is not allowed here.' },
} as const;

const rows = [
  ['POST', begin, security, { email: ann }],
  ['POST', reset, security, { token: 'x', password }],
  ['POST', revoke, security, { token: 'x' }],
  ['POST', requestCode, iam, { email: ann, resetPasswordUrl }],
  ['PUT', confirmCode, iam, { email: ann, verificationCode: 'K7QM2X9D', newPassword }],
  ['PUT', ownPassword('{id}'), iam, { currentPassword: password, newPassword }],
] as const;

describe.each(rows)('%s %s', (method, path, words, good) => {
  const broken = JSON.stringify(good).slice(0, -1);

  /** A world with a user who is signed in, where the row needs one. */
  async function rowWorld() {
    const world = await createOpenWorld();
    const { id } = await world.createUser();
    const send = (json: unknown, headers: Readonly<Record<string, string>> = jsonType, as: string = method) =>
      world.call(as, path.replace('{id}', id), json, { headers: { ...signedIn(id), ...headers } });
    const sendText = (text: string, headers: Readonly<Record<string, string>> = jsonType) =>
      world.call(method, path.replace('{id}', id), undefined, {
        headers: { ...signedIn(id), ...headers },
        body: bytes(text),
      });
    return { world, send, sendText, at: path.replace('{id}', id), as: signedIn(id) };
  }

  test.each([
    ['malformed JSON', '{'],
    ['trailing text', `${JSON.stringify(good)}x`],
    ['a list', JSON.stringify([good])],
    ['null', 'null'],
    ['a text', '"x"'],
    ['a number', '1'],
    ['a lone surrogate', `${broken},"x":"\\ud800"}`],
    ['__proto__', `${broken},"__proto__":{"email":"eve@example.com"}}`],
    ['__proto__, escaped', `${broken},"\\u005f_proto__":1}`],
    ['constructor', `${broken},"x":{"constructor":1}}`],
    ['bottomless nesting', `${broken},"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['a name twice', `${broken},"x":1,"x":1}`],
    ['the address twice', `{"email":"eve@example.com",${JSON.stringify({ ...good, email: ann }).slice(1)}`],
  ])('refuses %s and does no work', async (_, text) => {
    const { world, sendText } = await rowWorld();
    const before = world.memory.dump();
    const made = world.hasher.hashed;
    expect(shownOf(await sendText(text))).toEqual(words.malformed);
    expect(world.memory.dump()).toBe(before);
    expect([world.hasher.hashed, world.hasher.verified]).toEqual([made, 0]);
    expect(world.faults).toEqual([]);
  });

  test('refuses a wrong type or nothing in any field, and names it', async () => {
    const { world, send } = await rowWorld();
    const before = world.memory.dump();
    for (const field of Object.keys(good)) {
      for (const value of [undefined, null, '', 1, true, [], ['x'], {}, [good], { $ne: null }]) {
        const refused = await send({ ...good, [field]: value });
        expect(refused.status).toBe(400);
        expect(JSON.stringify(bodyOf(refused))).toContain(`"${field}"`);
      }
    }
    expect((await send({})).status).toBe(400);
    expect(world.memory.dump()).toBe(before);
  });

  test('ignores fields that it does not know', async () => {
    const plain = await (await rowWorld()).send(good);
    const more = await (await rowWorld()).send({ ...good, unknown: { deep: [1] }, id: '1', realm: 'x', service: 'x' });
    expect([more.status, more.body]).toEqual([plain.status, plain.body]);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
    'application/problem+json',
    '',
  ])('refuses a body of type %j', async (contentType) => {
    const { world, send } = await rowWorld();
    const before = world.memory.dump();
    expect(shownOf(await send(good, { 'content-type': contentType }))).toEqual({ status: 415, json: words.mediaType });
    expect(world.memory.dump()).toBe(before);
  });

  test('takes no parameters from the query', async () => {
    const { world, at, as } = await rowWorld();
    const query = new URLSearchParams(good).toString();
    expect((await world.call(method, `${at}?${query}`, {}, { headers: as })).status).toBe(400);
  });

  test('refuses a body that is too large', async () => {
    const { world, at, as } = await rowWorld();
    const refused = await world.call(method, at, good, { headers: as, body: { kind: 'too_large' } });
    expect(shownOf(refused)).toEqual({ status: 413, json: words.tooLarge });
  });

  test('works on what a framework parsed, by the same rules', async () => {
    const parsed = async (value: unknown) => {
      const { world, at, as } = await rowWorld();
      return world.call(method, at, undefined, { headers: { ...as, ...jsonType }, body: { kind: 'parsed', value } });
    };
    const plain = await (await rowWorld()).send(good);
    const same = await parsed(good);
    expect([same.status, same.body]).toEqual([plain.status, plain.body]);
    for (const value of [null, [], 'x', 1, { ...good, x: '\ud800' }, JSON.parse(`${broken},"__proto__":1}`)]) {
      expect(shownOf(await parsed(value))).toEqual(words.malformed);
    }
  });

  test('other methods change nothing', async () => {
    const { world, send } = await rowWorld();
    const before = world.memory.dump();
    for (const other of ['GET', 'HEAD', 'PATCH', 'DELETE', 'TRACE', method === 'PUT' ? 'POST' : 'PUT']) {
      const refused = await send(good, jsonType, other);
      expect([refused.status, refused.headers['Allow']]).toEqual([405, `${method}, OPTIONS`]);
      if (other !== 'HEAD') expect(bodyOf(refused)).toEqual(words.method);
    }
    expect(world.memory.dump()).toBe(before);
  });
});
