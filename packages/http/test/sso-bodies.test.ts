import { describe, expect, test } from 'vitest';
import { bytes, createWorld, errorBody, jsonType, problemsOf, shown, validationError } from './fixture.js';
import { headers, nameOn, posts } from './posts.js';

describe.each(posts)('POST %s', (path, good) => {
  const broken = JSON.stringify(good).slice(0, -1);

  test.each([
    ['nothing', ''],
    ['malformed JSON', '{'],
    ['trailing text', `${JSON.stringify(good)}x`],
    ['a byte order mark', `\ufeff${JSON.stringify(good)}`],
    ['a list', JSON.stringify([good])],
    ['null', 'null'],
    ['a text', '"x"'],
    ['a number', '1'],
    ['an empty object', '{}'],
    ['a lone surrogate', `${broken},"x":"\\ud800"}`],
    ['a lone surrogate in a name', `${broken},"\\udc00":"x"}`],
    ['__proto__', `${broken},"__proto__":{"is_enabled":true}}`],
    ['__proto__, escaped', `${broken},"\\u005f_proto__":1}`],
    ['constructor', `${broken},"x":{"constructor":1}}`],
    ['prototype', `${broken},"x":[{"prototype":1}]}`],
    ['bottomless nesting', `${broken},"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['a name twice', `${broken},"x":1,"x":1}`],
    ['a name twice, escaped', `${broken},"x":1,"\\u0078":2}`],
    ['a name twice, further down', `${broken},"x":[{"y":1,"z":2,"y":3}]}`],
  ])('refuses %s and does no work', async (_, text) => {
    const world = await createWorld();
    const before = world.memory.dump();
    const refused = await world.post(path, undefined, { headers: jsonType, body: bytes(text) });
    expect(shown(refused)).toEqual(validationError);
    expect(refused.headers).toEqual(headers);
    expect(world.memory.dump()).toBe(before);
    expect(world.hasher.verified + world.hasher.hashed).toBe(0);
    expect(world.faults).toEqual([]);
  });

  test('refuses a wrong type or nothing in any field, and names it', async () => {
    const world = await createWorld();
    const before = world.memory.dump();
    for (const field of Object.keys(good)) {
      const nothings = [undefined, null, ''].map((value) => [value, 'missing'] as const);
      const wrong = [1, true, [], ['x'], {}, [good], { $ne: null }].map((value) => [value, 'malformed'] as const);
      for (const [value, problem] of [...nothings, ...wrong]) {
        if (field === 'type' && problem === 'missing' && value !== '') continue;
        const refused = await world.post(path, { ...good, [field]: value });
        expect(shown(refused)).toEqual(validationError);
        expect(problemsOf(refused)).toEqual([`${field}: ${problem}`]);
      }
    }
    expect(world.memory.dump()).toBe(before);
  });

  test('refuses bytes that are not UTF-8', async () => {
    const world = await createWorld();
    const text = new TextEncoder().encode(`${broken},"x":"?"}`).map((byte) => (byte === 0x3f ? 0xff : byte));
    expect(text).toContain(0xff);
    const refused = await world.post(path, undefined, { headers: jsonType, body: { kind: 'bytes', bytes: text } });
    expect(shown(refused)).toEqual(validationError);
  });

  test('ignores fields that it does not know', async () => {
    const world = await createWorld();
    const plain = await world.post(path, good);
    const more = await createWorld();
    expect((await more.post(path, { ...good, unknown: { deep: [1] }, id: '1', user: 'x' })).status).toBe(plain.status);
  });

  test.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'application/json; charset',
    'application/problem+json',
    'text/json',
    'application/jsonp',
    ';',
    '',
    undefined,
  ])('refuses a body of type %j', async (contentType) => {
    const world = await createWorld();
    const given = contentType === undefined ? {} : { 'content-type': contentType };
    const refused = await world.post(path, good, { headers: given });
    expect(shown(refused)).toEqual(errorBody(415, 3, 'ValidationError'));
  });

  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; version=1;',
  ])('takes a body of type %j', async (contentType) => {
    const world = await createWorld();
    const plain = await createWorld();
    const answer = await world.post(path, good, { headers: { 'content-type': contentType } });
    expect(answer.status).toBe((await plain.post(path, good)).status);
    expect(answer.status).not.toBe(415);
  });

  test('refuses a compressed body', async () => {
    const world = await createWorld();
    const refused = await world.post(path, good, { headers: { ...jsonType, 'content-encoding': 'gzip' } });
    expect(shown(refused)).toEqual(errorBody(415, 3, 'ValidationError'));
  });

  test('refuses a body that is too large before it asks who calls', async () => {
    const world = await createWorld();
    const refused = await world.post(path, good, { body: { kind: 'too_large' }, authorization: 'wrong' });
    expect(shown(refused)).toEqual(errorBody(413, 3, 'ValidationError'));
    expect(refused.headers).toEqual(headers);
  });

  test('works on what a framework parsed, by the same rules', async () => {
    const send = async (value: unknown, contentType = 'application/json') => {
      const world = await createWorld();
      return world.post(path, undefined, { headers: { 'content-type': contentType }, body: { kind: 'parsed', value } });
    };
    const plain = await createWorld();
    expect((await send(good)).status).toBe((await plain.post(path, good)).status);
    for (const value of [
      null,
      [],
      'x',
      1,
      {},
      undefined,
      { ...good, x: '\ud800' },
      JSON.parse(`${broken},"__proto__":1}`),
    ]) {
      expect(shown(await send(value))).toEqual(validationError);
    }
    expect((await send(good, 'text/plain')).status).toBe(415);
  });

  test('GET and HEAD change nothing, OPTIONS tells the methods', async () => {
    const world = await createWorld();
    const before = world.memory.dump();
    for (const method of ['GET', 'HEAD', 'PUT', 'TRACE', 'CONNECT', 'PROPFIND', 'post', 'constructor']) {
      const refused = await world.call(method, `${path}?token=x`, good);
      expect([refused.status, refused.headers['Allow']]).toEqual([405, 'POST, OPTIONS']);
      if (method === 'HEAD') expect(refused.body).toBe('');
      else expect(shown(refused)).toEqual(errorBody(405, 12, nameOn(path, 'MethodNotAllowed')));
    }
    const options = await world.call('OPTIONS', path, undefined, { authorization: null });
    const { 'Content-Type': _, ...bare } = headers;
    expect(options).toEqual({ status: 204, headers: { ...bare, Allow: 'POST, OPTIONS' }, body: '' });
    expect(world.memory.dump()).toBe(before);
  });
});
