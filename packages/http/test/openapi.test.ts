import type { DirectoryPwreset } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { type CallerDocs, type Dialect, openApi, profile, sso } from '../src/index.js';
import { optionalKey, toy } from './documented-toy.js';

const documentOf = (...dialects: readonly Dialect<DirectoryPwreset>[]) =>
  openApi({ dialects, title: 'Toys', version: '1.0.0' });

describe('a document', () => {
  const document = documentOf(toy({ prefix: '/a' }));
  const play = document.paths['/a/toys/{toy}']?.put;
  const find = document.paths['/.well-known/toys']?.get;

  test('has the rows with docs and no other, each below its prefix', () => {
    expect(Object.keys(document.paths)).toEqual(['/a/toys/{toy}', '/.well-known/toys']);
    expect([play?.operationId, play?.tags, document.tags]).toEqual([
      'toy.play',
      ['toy'],
      [{ name: 'toy', description: 'The toy dialect.' }],
    ]);
  });

  test('says where each parameter may come from, and names a key once', () => {
    expect(play?.parameters?.map(({ name, in: where, required, example }) => [name, where, required, example])).toEqual(
      [
        ['toy', 'path', true, 'bear'],
        ['X-Toy', 'header', false, 'bear'],
        ['size', 'query', false, '1'],
        ['more', 'query', false, undefined],
      ],
    );
    expect(Object.keys(play?.requestBody?.content ?? {})).toEqual([
      'application/x-www-form-urlencoded',
      'application/json',
    ]);
    expect(play?.requestBody).toMatchObject({ required: false });
    expect(play?.requestBody?.content['application/json']?.schema).toEqual({
      type: 'object',
      properties: {
        key: { type: 'string' },
        size: { type: 'string' },
        more: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] },
      },
    });
  });

  test('says who may call', () => {
    expect(play?.security).toEqual([{}, { toyKey: [] }]);
    expect(find?.security).toEqual([]);
    expect(play?.description).toBe(
      'Each parameter comes once, in the query or in the body. more may come again, in either. key may come again with the same value. A body with key needs none in the query.',
    );
    expect(document.components.securitySchemes).toEqual({ toyKey: optionalKey.security?.definition });
  });

  test('says that a key in the body is enough, where it may be there', () => {
    const { paths } = documentOf(profile());
    const securityOf = (path: string) => [paths[path]?.post?.security, paths[path]?.get?.security];
    expect(securityOf('/api/1/profile/change_password')).toEqual([[{}, { profileKey: [] }], undefined]);
    expect(securityOf('/api/1/profile/{id}')).toEqual([undefined, [{ profileKey: [] }]]);
    const { security } = documentOf(sso()).paths['/v1/user']?.post ?? {};
    expect(security).toHaveLength(1);
  });

  test('has every error as its row says it, with the schema that follows from them', () => {
    expect(Object.keys(play?.responses ?? {})).toEqual(['200', '400', '409', '500']);
    expect(Object.keys(play?.responses['400']?.content?.['application/problem+json']?.examples ?? {})).toEqual([
      'malformed',
      'too_large',
      'unsupported_media_type',
      'unauthenticated',
    ]);
    expect(play?.responses['409']).toMatchObject({
      headers: { 'Retry-After': { schema: { type: 'integer' } } },
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/toy.Error' },
          examples: { too_many_requests: { value: { type: 'refused' } }, invalid_token: {}, unavailable: {} },
        },
      },
    });
    expect(play?.responses['500']).not.toHaveProperty('content');
    expect(document.components.schemas['toy.Error']).toEqual({
      type: 'object',
      properties: {
        type: { type: 'string' },
        issues: {
          type: 'array',
          items: {
            type: 'object',
            properties: { field: { type: 'string' }, problem: { type: 'string' } },
            required: ['field', 'problem'],
          },
        },
      },
      required: ['type'],
    });
  });

  test('says what a row without a body answers, and nothing that it cannot meet', () => {
    expect(find?.responses).toEqual({
      302: {
        description: 'Success',
        headers: { Location: { description: 'Where to go on', schema: { type: 'string' } } },
      },
      500: { description: 'Something went wrong on the server.' },
    });
  });

  /** The well-known row is the origin's, so one dialect alone can have it. */
  const firstRow = (dialect: Dialect<DirectoryPwreset>): Dialect<DirectoryPwreset> => ({
    ...dialect,
    routes: dialect.routes.slice(0, 1),
  });

  test('tells mounts of one dialect apart by their prefixes', () => {
    const { paths, tags, components } = documentOf(toy(), firstRow(toy({ prefix: '/a/b' })), sso());
    expect(Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))).toEqual(
      expect.arrayContaining(['toy.play', 'toy.a.b.play', 'sso.login']),
    );
    expect(tags.map(({ name }) => name)).toEqual(['toy', 'toy.a.b', 'sso']);
    expect(Object.keys(components.schemas)).toEqual(['toy.Error', 'toy.a.b.Error', 'sso.Error']);
  });

  const bearer: CallerDocs = {
    security: { name: 'toyKey', required: true, definition: { type: 'http', scheme: 'bearer', description: '' } },
  };

  test.each([
    [
      'two operations are called toy.play',
      [{ ...toy(), routes: [...toy().routes, ...firstRow(toy({ path: '/x' })).routes] }],
    ],
    ['two security schemes are called toyKey', [toy(), firstRow(toy({ name: 'other', prefix: '/b', docs: bearer }))]],
    ['two rows serve PUT /toys/{toy}', [toy(), firstRow(toy({ name: 'other' }))]],
    [
      '/toys/{toy} and /toys/{id} are one path to OpenAPI',
      [
        toy(),
        {
          ...toy({ name: 'other' }),
          routes: firstRow(toy({ path: '/toys/{id}' })).routes.map((row) => ({ ...row, method: 'POST' as const })),
        },
      ],
    ],
    ['the prefix of toy must be', [toy({ prefix: 'a' })]],
  ])('is refused where %s', (message, dialects) => {
    expect(() => documentOf(...dialects)).toThrow(new RegExp(`^${message.replace(/[{}]/g, String.raw`\$&`)}`));
    expect(() => documentOf(...dialects)).toThrow(TypeError);
  });
});
