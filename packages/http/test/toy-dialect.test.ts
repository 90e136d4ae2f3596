import { createPwreset, type Pwreset } from '@pwreset/core';
import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import {
  type Caller,
  createHandler,
  type Dialect,
  type FailureLook,
  type FaultListener,
  type HttpRequest,
  RequestRefused,
  route,
} from '../src/index.js';
import { bodyOf, bytes } from './fixture.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const failure: FailureLook = (what) => ({
  status:
    { not_found: 404, method_not_allowed: 405, unauthenticated: 403, malformed: 400, fault: 500 }[String(what.kind)] ??
    418,
  json: { errorCode: what.kind },
});

/** Its caller is named in the parameters, wherever those are. */
const named: Caller<Pwreset, string> = {
  scheme: 'service_key',
  identify: async (_, fields) => {
    const { who } = fields();
    if (typeof who !== 'string') throw new RequestRefused({ kind: 'unauthenticated', challenge: 'Toy' });
    return who;
  },
};

const toy = (prefix: string): Dialect<Pwreset> => ({
  name: `toy${prefix}`,
  prefix,
  failure,
  routes: [
    route({
      method: 'PUT',
      path: '/things/{thing}/{part}',
      caller: named,
      reads: ['query', 'form', 'json'],
      input: z.object({ who: z.string(), size: z.string().optional() }),
      flow: async ({ caller, input, params, client }) => ({ caller, input, params, client }),
      answer: (result) => ({ at: prefix, ...result }),
      failure,
    }),
    route({
      method: 'GET',
      path: '/fault',
      caller: { scheme: 'anyone', identify: async () => null },
      reads: ['query'],
      input: z.object({}),
      flow: () => Promise.reject(new Error('of ann@example.com')),
      answer: () => ({}),
      failure,
    }),
  ],
});

const pwreset: Pwreset = createPwreset({
  storage: memoryStorage(),
  hasher: testHasher(),
  mailer: memoryMailer(),
  secret: 'a secret of thirty-two bytes or more',
  delivery: 'manual',
});

function handlerOf(dialects: readonly Dialect<Pwreset>[], onFault?: FaultListener) {
  const handle = createHandler({ pwreset, dialects, ...(onFault && { onFault }) });
  const call = (given: Partial<HttpRequest>) =>
    handle({ method: 'PUT', path: '/things/a/b', query: '', headers: {}, body: bytes(''), ip: null, ...given });
  return { handle, call };
}

const formType = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };

describe('input', () => {
  const { call } = handlerOf([toy('')]);

  test.each([
    ['a query', { query: 'who=Ann+B%C3%A9&size=' }, { who: 'Ann Bé', size: '' }],
    ['a form', { headers: formType, body: bytes('who=A%26B&&size=a=b') }, { who: 'A&B', size: 'a=b' }],
    ['a form in plain UTF-8', { headers: formType, body: bytes('who=é🔑') }, { who: 'é🔑' }],
    ['JSON', { headers: json, body: bytes('{"who":"A","more":1}') }, { who: 'A' }],
    ['a parsed form', { headers: formType, body: { kind: 'parsed', value: { who: 'A' } } as const }, { who: 'A' }],
    ['query and form', { query: 'who=A', headers: formType, body: bytes('size=1') }, { who: 'A', size: '1' }],
  ])('comes as %s', async (_, given, input) => {
    const answer = await call(given);
    expect(answer.status).toBe(200);
    expect(bodyOf(answer)).toMatchObject({ caller: input.who, input });
  });

  test.each([
    ['a name twice', { query: 'who=A&size=1&size=2' }],
    ['a name in query and body', { query: 'who=A&size=1', headers: json, body: bytes('{"size":"1"}') }],
    ['a lone percent sign', { query: 'who=A&size=%' }],
    ['percent-encoded bytes that are not UTF-8', { query: 'who=A&size=%ff' }],
    ['a percent-encoded surrogate', { query: 'who=A&size=%ED%A0%80' }],
    ['__proto__', { query: 'who=A&__proto__=1' }],
    [
      'a form that is not UTF-8',
      { query: 'who=A', headers: formType, body: { kind: 'bytes', bytes: new Uint8Array([0x61, 0xff]) } as const },
    ],
  ])('%s is malformed', async (_, given) => {
    expect(await call(given)).toMatchObject({ status: 400, body: '{"errorCode":"malformed"}' });
  });

  test('decides who calls', async () => {
    const refused = await call({ query: 'size=1' });
    expect(refused.status).toBe(403);
    // A challenge goes with 401 alone.
    expect(refused.headers).not.toHaveProperty('WWW-Authenticate');
    expect((await call({ query: 'who=A&who=B' })).status).toBe(403);
  });

  test('placeholders are decoded, once', async () => {
    const answer = await call({ path: '/things/%C3%A9%2525/%7Bpart%7D', query: 'who=A', ip: '192.0.2.1' });
    expect(bodyOf(answer)).toMatchObject({
      params: { thing: 'é%25', part: '{part}' },
      client: { ip: '192.0.2.1', userAgent: null },
    });
  });

  test('the user agent is cut', async () => {
    const answer = await call({ query: 'who=A', headers: { 'user-agent': 'x'.repeat(16_000) } });
    expect(bodyOf(answer)).toMatchObject({ client: { userAgent: 'x'.repeat(300) } });
  });

  test('a header that came twice is none', async () => {
    const headers = { 'content-type': ['application/json', 'application/json'] };
    expect((await call({ query: 'who=A', headers, body: bytes('{"size":"1"}') })).status).toBe(418);
  });
});

describe('mounts', () => {
  test('each dialect answers below its own prefix, the longest first', async () => {
    const { handle, call } = handlerOf([toy('/a'), toy('/a/b'), toy('')]);
    for (const prefix of ['', '/a', '/a/b']) {
      const answer = await call({ path: `${prefix}/things/1/2`, query: 'who=A' });
      expect(bodyOf(answer)).toMatchObject({ at: prefix });
    }
    expect(['/a', '/a/', '/a/x', '/a/b/c', '/things/1/2', '/fault'].map(handle.owns)).toEqual(Array(6).fill(true));
    expect(['/', '', '/ab', '/things', '/things/1', '/x'].map(handle.owns)).toEqual(Array(6).fill(false));
    expect((await call({ path: '/nowhere' })).status).toBe(404);
  });

  test.each(['sso', '/', '/sso/', '/{id}', '/a b', '//a', '/a%20'])('%j is no prefix', (prefix) => {
    expect(() => handlerOf([toy(prefix)])).toThrow(TypeError);
  });

  test('two rows for one request, and no dialect at all, are mistakes', () => {
    expect(() => handlerOf([toy(''), toy('')])).toThrow('two rows serve PUT /things/{thing}/{part}');
    expect(() => handlerOf([])).toThrow(TypeError);
  });
});

describe('faults', () => {
  const fault = { method: 'GET', path: '/fault' };

  test('warn the process in safe words where nobody listens', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { call } = handlerOf([toy('')]);
    expect(await call(fault)).toMatchObject({ status: 500, body: '{"errorCode":"fault"}' });
    expect(warn.mock.calls).toEqual([['toy: GET /fault: Error: of a***@***.com', 'PwresetFault']]);
  });

  test('warn of the listener too, where that throws', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { call } = handlerOf([toy('')], () => {
      throw new Error('the log is full');
    });
    expect((await call(fault)).status).toBe(500);
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      'toy: GET /fault: Error: the log is full',
      'toy: GET /fault: Error: of a***@***.com',
    ]);
  });

  test('reach the listener with the error itself', async () => {
    const faults: unknown[] = [];
    const { call } = handlerOf([toy('')], (heard) => faults.push(heard));
    await call(fault);
    expect(faults).toMatchObject([
      { dialect: 'toy', method: 'GET', path: '/fault', error: new Error('of ann@example.com') },
    ]);
  });
});
