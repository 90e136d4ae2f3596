import { createPwreset, type Pwreset } from '@pwreset/core';
import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  type Caller,
  createHandler,
  type FailureLook,
  type HttpBody,
  type HttpRequest,
  RequestRefused,
  route,
} from '../src/index.js';
import { bodyOf, bytes } from './fixture.js';

const statuses: Partial<Record<string, number>> = {
  malformed: 400,
  unauthenticated: 403,
  too_large: 413,
  unsupported_media_type: 415,
};
const failure: FailureLook = (what) => ({
  status: statuses[what.kind] ?? 500,
  json: what.kind === 'malformed' ? { issues: what.issues } : {},
});

/** Its caller is named in the parameters. */
const named: Caller<Pwreset, string> = {
  scheme: 'service_key',
  identify: async (_, fields) => {
    const { who } = fields();
    if (typeof who !== 'string') throw new RequestRefused({ kind: 'unauthenticated', challenge: 'Toy' });
    return who;
  },
};

const texts = z.union([z.string(), z.array(z.string())]).optional();
const things = route({
  method: 'POST',
  path: '/things',
  caller: named,
  reads: ['query', 'form', 'json'],
  repeats: { tags: 'list', who: 'equal' },
  input: z.object({ who: z.string(), size: z.string().optional(), tags: texts }),
  flow: async ({ input }) => input,
  answer: (input) => input,
  failure,
});

const pwreset: Pwreset = createPwreset({
  storage: memoryStorage(),
  hasher: testHasher(),
  mailer: memoryMailer(),
  secret: 'a secret of thirty-two bytes or more',
  delivery: 'manual',
});
const handle = createHandler({ pwreset, dialects: [{ name: 'toy', prefix: '', routes: [things], failure }] });

const formType = { 'content-type': 'application/x-www-form-urlencoded' };
const jsonType = { 'content-type': 'application/json' };

type Given = Partial<Pick<HttpRequest, 'query' | 'headers' | 'body'>>;

const call = (given: Given) =>
  handle({ method: 'POST', path: '/things', query: '', headers: {}, body: bytes(''), ip: null, ...given });
const statusOf = async (given: Given) => (await call(given)).status;
const form = (text: string, query = ''): Given => ({ query, headers: formType, body: bytes(text) });
const json = (value: unknown, query = ''): Given => ({ query, headers: jsonType, body: bytes(JSON.stringify(value)) });
const parsed = (value: unknown, headers: HttpRequest['headers'] = jsonType): Given => {
  const body: HttpBody = { kind: 'parsed', value };
  return { headers, body };
};

describe('the work for one request is bounded', () => {
  const more = (count: number) => Array.from({ length: count }, (_, index) => `n${index}=x`).join('&');
  const manyTags = (count: number) => 'tags=x&'.repeat(count).slice(0, -1);

  test('a query and a form have 200 pairs at most, whatever they are', async () => {
    expect(await statusOf({ query: `who=A&${more(199)}` })).toBe(200);
    expect(await statusOf({ query: `who=A&${more(200)}` })).toBe(403);
    for (const pairs of [more, manyTags, (count: number) => '&'.repeat(count - 1)]) {
      expect(await statusOf(form(pairs(200), 'who=A'))).toBe(200);
      expect(await statusOf(form(pairs(201), 'who=A'))).toBe(400);
    }
    expect(bodyOf(await call(form(manyTags(200), 'who=A')))).toMatchObject({ tags: Array(200).fill('x') });
    expect(await statusOf(form('a&'.repeat(32_768), 'who=A'))).toBe(400);
  });

  test('of a form that was parsed before, the values are counted', async () => {
    const tags = (count: number) => ({ ...parsed({ tags: Array<string>(count).fill('x') }, formType), query: 'who=A' });
    expect(await statusOf(tags(200))).toBe(200);
    expect(await statusOf(tags(201))).toBe(400);
  });

  test.each([
    ['good', 'who=A', 200],
    ['malformed', 'who=A&size=%', 400],
    ['of nobody', 'size=1', 403],
  ])('nothing is read twice: %s', async (_, query, status) => {
    let reads = 0;
    const request: HttpRequest = {
      method: 'POST',
      path: '/things',
      get query() {
        reads += 1;
        return query;
      },
      headers: {},
      body: bytes(''),
      ip: null,
    };
    expect([(await handle(request)).status, reads]).toEqual([status, 1]);
  });

  test('a body that was parsed before is measured by its texts, names and values', async () => {
    const limit = 65_536;
    const fits = { who: 'A', size: 'x'.repeat(limit - 11) };
    expect(await statusOf(parsed(fits))).toBe(200);
    for (const value of [
      { ...fits, more: '' },
      { who: 'A', unknown: 'x'.repeat(3_000_000) },
      { who: 'A', unknown: Array<number>(limit).fill(0) },
      { who: 'A', unknown: [[{ ['x'.repeat(limit)]: 1 }]] },
    ]) {
      expect(await statusOf(parsed(value))).toBe(413);
    }
  });

  test('what fits as bytes fits when it was parsed', async () => {
    const values = [
      { who: 'A', x: Array<number>(32_700).fill(0) },
      { who: 'A', x: Array<object>(21_000).fill({}) },
    ];
    for (const value of values) {
      expect([await statusOf(json(value)), await statusOf(parsed(value))]).toEqual([200, 200]);
    }
  });

  test('and is refused where it came compressed', async () => {
    for (const encoding of ['gzip', 'identity, br']) {
      expect(await statusOf(parsed({ who: 'A' }, { ...jsonType, 'content-encoding': encoding }))).toBe(403);
      const known = { ...parsed({}, { ...jsonType, 'content-encoding': encoding }), query: 'who=A' };
      expect(await statusOf(known)).toBe(415);
    }
    expect(await statusOf(parsed({ who: 'A' }, { ...jsonType, 'content-encoding': 'identity' }))).toBe(200);
  });
});

describe('a name that comes more than once', () => {
  test.each([
    ['in a query', { query: 'who=A&size=1&size=1' }, 'size'],
    ['in a query, though nobody knows it', { query: 'who=A&x=1&x=2' }, 'x'],
    ['in a form', form('who=A&size=1&size=2'), 'size'],
    ['in a form, written differently', form('who=A&x=1&%78=1'), 'x'],
    ['in a form that was parsed before', parsed({ who: 'A', x: ['1', '2'] }, formType), 'x'],
    ['in query and form', form('size=1', 'who=A&size=1'), 'size'],
    ['in query and JSON', json({ x: 1 }, 'who=A&x=1'), 'x'],
  ])('%s is malformed', async (_, given, field) => {
    const answer = await call(given);
    expect([answer.status, bodyOf(answer)]).toEqual([400, { issues: [{ field, problem: 'malformed' }] }]);
  });

  test.each([
    ['in a query', { query: 'who=A&tags=a&tags=b' }, ['a', 'b']],
    ['in a form', form('tags=a&who=A&tags=&tags=a'), ['a', '', 'a']],
    ['in query and form', form('tags=b&tags=c', 'who=A&tags=a'), ['a', 'b', 'c']],
    ['in query and JSON', json({ tags: ['b', 'c'] }, 'who=A&tags=a'), ['a', 'b', 'c']],
    ['in a form that was parsed before', parsed({ who: 'A', tags: ['a', 'b'] }, formType), ['a', 'b']],
    ['once', { query: 'who=A&tags=a' }, 'a'],
  ])('%s is a list where its row says so', async (_, given, tags) => {
    expect(bodyOf(await call(given))).toEqual({ who: 'A', tags });
  });

  test('is taken where its row wants the values to be equal, and they are', async () => {
    for (const given of [{ query: 'who=A&who=A' }, form('who=A', 'who=A&who=A'), json({ who: 'A' }, 'who=A')]) {
      expect(bodyOf(await call(given))).toEqual({ who: 'A' });
    }
    for (const given of [{ query: 'who=A&who=a' }, form('who=A&who=', ''), json({ who: ['A'] }, 'who=A')]) {
      expect(await statusOf(given)).toBe(403);
    }
  });

  test('in JSON lists are lists', async () => {
    expect(await statusOf(json({ who: 'A', x: [1, 1] }))).toBe(200);
  });
});

describe('who may not call hears nothing of the body', () => {
  test.each([
    ['malformed JSON', { headers: jsonType, body: bytes('{') }, 400],
    ['a name twice', { headers: jsonType, body: bytes('{"who":"A","who":"A"}') }, 400],
    ['a form that is not UTF-8', form('size=%ff'), 400],
    ['another media type', { headers: { 'content-type': 'text/plain' }, body: bytes('who=A') }, 415],
    ['a parsed list', parsed(['who']), 400],
  ])('%s', async (_, given, status) => {
    expect(await statusOf(given)).toBe(403);
    expect(await statusOf({ ...given, query: 'who=A' })).toBe(status);
  });

  test('and is known from what can be read of a query and a form', async () => {
    for (const text of ['who=A&%', 'who=A&%ff=1', '__proto__=1&who=A']) {
      expect([await statusOf({ query: text }), await statusOf(form(text))]).toEqual([400, 400]);
    }
    expect(await statusOf(form('who=%', 'size=1'))).toBe(403);
  });
});

test.each(['utf8', 'UTF8', '"utf8"', 'utf-8', '"UTF-8"'])('charset=%s is UTF-8', async (charset) => {
  const headers = { 'content-type': `application/json; charset=${charset}` };
  expect(await statusOf({ headers, body: bytes('{"who":"A"}') })).toBe(200);
});
