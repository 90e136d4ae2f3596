import { readFileSync } from 'node:fs';
import { errorCodes, InvalidInput, PasswordRefused, PwresetError, StorageUnavailable } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Failure, failureOf } from '../src/failure.js';
import { native, problems, profile } from '../src/index.js';
import { bytes, createWorld, email, jsonType, newPassword, problemOf } from './service-fixture.js';

const docs = readFileSync(new URL('../../../docs/problems.md', import.meta.url), 'utf8');
const headings = [...docs.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
const chapters = new Map(
  docs
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.split('\n')[0], text] as const),
);

const failures: readonly Failure[] = [
  { kind: 'not_found' },
  { kind: 'method_not_allowed' },
  { kind: 'too_large' },
  { kind: 'unsupported_media_type' },
  { kind: 'unauthenticated', challenge: 'Bearer' },
  { kind: 'malformed', issues: [] },
  { kind: 'fault' },
  ...errorCodes.map((code): Failure => ({ kind: 'refused', error: new PwresetError(code, 'words of core') })),
];
const look = problems();
const shape = z.object({ type: z.string(), title: z.string(), status: z.int(), detail: z.string(), code: z.string() });
const shown = failures.map((failure) => ({ answer: look(failure), json: shape.parse(look(failure).json) }));
const typed = shown.filter(({ json }) => json.type !== 'about:blank');

describe('docs/problems.md', () => {
  test('has one heading for each type that can be answered, and no other', () => {
    const types = new Set(typed.map(({ json }) => json.type));
    expect(headings.map((heading) => `https://pwreset.dev/problems#${heading}`).toSorted()).toEqual(
      [...types].toSorted(),
    );
    for (const heading of headings) expect(heading).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
  });

  test.each(typed.map(({ json }) => [json.code, json] as const))('says the status of %s', (_, { type, status }) => {
    expect(chapters.get(type.split('#')[1])).toContain(`Status ${status}.`);
  });

  test('lists what is about:blank', () => {
    const plain = shown.filter(({ json }) => json.type === 'about:blank');
    expect(plain).toHaveLength(5);
    for (const { json } of plain) expect(docs).toContain(`| ${json.status} | \`${json.code}\` |`);
  });
});

describe('problem details', () => {
  test('say the status of the answer, and nothing of their error but its code', () => {
    for (const { answer, json } of shown) {
      expect([answer.status, answer.mediaType]).toEqual([json.status, 'application/problem+json']);
      expect(JSON.stringify(answer.json)).not.toContain('words of core');
    }
  });

  test('point to the field', () => {
    const json = (error: unknown, options: Parameters<typeof problems>[0] = {}) =>
      problems(options)(failureOf(error)).json;
    expect(json(new InvalidInput('newPassword', 'too_long'), { fields: { newPassword: 'password' } })).toEqual({
      type: 'https://pwreset.dev/problems#invalid-input',
      title: 'The input is invalid',
      status: 400,
      detail: 'Something in the request is missing or not of the right form.',
      code: 'invalid_input',
      errors: [{ detail: 'is too long', pointer: '#/password', code: 'too_long' }],
    });
    expect(json(new InvalidInput('a/b~c d', 'missing'))).toMatchObject({ errors: [{ pointer: '#/a~1b~0c%20d' }] });
    expect(json(new InvalidInput('constructor', 'missing'))).toMatchObject({ errors: [{ pointer: '#/constructor' }] });
    expect(json(new PasswordRefused(['too_short', 'common']), { passwordField: 'newPassword' })).toMatchObject({
      status: 422,
      errors: [
        { detail: 'is too short', pointer: '#/newPassword', code: 'too_short' },
        { detail: 'is refused by the password policy: common', pointer: '#/newPassword', code: 'common' },
      ],
    });
  });

  test('put what core calls a field in the words of the wire', () => {
    const said = (dialect: Pick<ReturnType<typeof native>, 'routes'>, path: string, field: string) =>
      dialect.routes
        .filter((row) => row.path === path)
        .map(({ failure }) => failure(failureOf(new InvalidInput(field, 'missing'))).json);
    expect(said(native(), '/password-codes/confirm', 'newPassword')).toMatchObject([
      { errors: [{ pointer: '#/password' }] },
    ]);
    const onProfile = profile({ serviceOf: async () => null });
    for (const [core, wire] of [
      ['token', 'resetTokenId'],
      ['password', 'newPassword'],
    ] as const) {
      expect(said(onProfile, '/api/1/profile/change_password', core)).toEqual([
        { errorCode: 'OTHER', message: `Bad parameters: "${wire}" is missing` },
      ]);
    }
  });

  test('can be described elsewhere', () => {
    const { json } = problems({ base: 'https://docs.acme.example/errors/' })(failureOf(new StorageUnavailable()));
    expect(json).toMatchObject({ type: 'https://docs.acme.example/errors/unavailable', status: 503 });
    expect(() => problems({ base: '/problems#' })).toThrow(TypeError);
  });
});

describe('over HTTP', () => {
  const token = { token: 'x', password: newPassword };

  test.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['__proto__', '{"email":"ann@example.com","__proto__":{"token":"x"}}'],
    ['a name twice', '{"email":"ann@example.com","email":"eve@example.com"}'],
  ])('%s cannot be read', async (_, text) => {
    const world = await createWorld();
    const before = world.memory.dump();
    const refused = await world.call('POST', '/password-resets', { headers: jsonType, body: bytes(text) });
    expect(problemOf(refused)).toEqual(['400 invalid_input']);
    expect(world.memory.dump()).toBe(before);
  });

  test('the statuses of HTTP', async () => {
    const world = await createWorld();
    const text = await world.call('POST', '/password-resets', {
      headers: { 'content-type': 'text/plain' },
      body: bytes(JSON.stringify({ email })),
    });
    expect(problemOf(text)).toEqual(['415 unsupported_media_type']);
    expect(problemOf(await world.call('POST', '/revocations', { body: { kind: 'too_large' } }))).toEqual([
      '413 too_large',
    ]);
    expect(problemOf(await world.call('GET', '/nowhere'))).toEqual(['404 not_found']);
  });

  test('a fault and a storage that is away', async () => {
    const world = await createWorld();
    await world.addUser(email);
    await world.post('/password-resets', { email });
    const mailed = { ...token, token: await world.mailed('reset') };
    world.hasher.failNext(new TypeError(`secret of ${email}`));
    const fault = await world.post('/password-resets/confirm', mailed);
    expect(problemOf(fault)).toEqual(['500 fault']);
    expect(fault.body).not.toContain('secret');
    world.storage.failNext();
    expect(problemOf(await world.post('/password-resets/confirm', mailed))).toEqual(['503 unavailable']);
    expect(world.faults.map(({ path }) => path)).toEqual(['/password-resets/confirm', '/password-resets/confirm']);
    expect((await world.post('/password-resets/confirm', mailed)).status).toBe(200);
  });

  test('too many hashes at once', async () => {
    const world = await createWorld({ core: { hashing: { concurrent: 1, queued: 0, retryAfterMs: 2_001 } } });
    const fields = { email, password: 'wrong password', newPassword };
    const answers = await Promise.all([1, 2, 3].map(() => world.post('/password-changes', fields)));
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    for (const answer of busy) {
      expect([problemOf(answer), answer.headers['Retry-After']]).toEqual([['503 overloaded'], '3']);
    }
  });
});
